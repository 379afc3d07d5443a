import { join } from "node:path";
import { defineCommand } from "../cli/command/define-command.ts";
import { group, pathOption } from "../cli/command/define-option.ts";
import type { Context } from "../cli/context.ts";
import { customersArgument, selectionOf, selectionOptions } from "../cli/options/customer-options.ts";
import { wrapToPage } from "../cli/output/wrap-text.ts";
import type { View } from "../cli/run-command.ts";
import { type Selection, selectCustomers } from "../lib/entry/customers.ts";
import { Failure } from "../lib/entry/errors.ts";
import { makeFolder, writeFileAtomically } from "../lib/entry/files.ts";
import {
  type Creates,
  composeInvitation,
  type Invitation,
  invitationMail,
  invitationPage,
  readPublisher,
} from "../lib/entry/onboarding.ts";
import { plainLine } from "../lib/entry/values.ts";
import { listCommand } from "./invite/list.ts";

type Options = {
  readonly dir: string;
  readonly withQueues?: true;
  readonly withNamespace?: true;
  readonly dryRun?: true;
};

export type InvitationRecord = {
  readonly type: "invitation";
  readonly customer: string;
  readonly tenantId: string;
  readonly outcome: "written" | "would-write";
  readonly folder: string;
  readonly files: readonly string[];
  readonly consentLink: string;
  readonly madeAt: string;
  /** What the administrator must fill in, and what the page calls not known. */
  readonly unknown: readonly string[];
};

/** Writes a folder for each customer, and at the end into the config when the customers were invited. */
export async function* invite(
  context: Context,
  selection: Selection,
  { dir, dryRun = false, ...creating }: { dryRun?: boolean } & Omit<Options, "dryRun">,
): AsyncGenerator<InvitationRecord> {
  const config = await context.config.read();
  const customers = selectCustomers(config, selection);
  const publisher = await readPublisher(context, config);
  if (publisher instanceof Failure)
    context.log.info(`the page does not show the app's name and publisher: ${publisher.message}`);
  const invitedAt = new Map<string, Date>();
  try {
    for (const customer of customers) {
      if (context.signal.aborted) return;
      const before = customer.invitation?.lastAt;
      const invitation = composeInvitation(config, customer, {
        publisher: publisher instanceof Failure ? {} : publisher,
        creates: createsOf(creating),
        madeAt: new Date(),
        invitedBefore: before === undefined ? undefined : new Date(before),
      });
      const files = filesOf(invitation);
      const folder = join(dir, customer.name);
      if (!dryRun) {
        await writeFolder(folder, files);
        invitedAt.set(customer.name, invitation.madeAt);
      }
      yield {
        type: "invitation",
        customer: customer.name,
        tenantId: customer.tenantId,
        outcome: dryRun ? "would-write" : "written",
        folder,
        files: files.map(({ name }) => name),
        consentLink: invitation.consentLink,
        madeAt: invitation.madeAt.toISOString(),
        unknown: [...(publisher instanceof Failure ? ["app's name", "publisher"] : []), ...invitation.placeholders],
      };
    }
  } finally {
    // Also after a folder that cannot be written: those before it were invited.
    if (invitedAt.size > 0) await recordInvitations(context, invitedAt);
  }
}

const createsOf = ({ withQueues, withNamespace }: Pick<Options, "withQueues" | "withNamespace">): Creates =>
  withNamespace ? "namespace" : withQueues ? "queues" : "nothing";

type File = { readonly name: string; readonly text: string };

const filesOf = (invitation: Invitation): readonly File[] => [
  { name: "invitation.html", text: invitationPage(invitation) },
  ...invitation.ways.flatMap(({ file, text }) => (file === undefined ? [] : [{ name: file, text }])),
  { name: "email.txt", text: invitationMail(invitation) },
];

async function writeFolder(folder: string, files: readonly File[]): Promise<void> {
  await makeFolder(folder);
  for (const { name, text } of files) await writeFileAtomically(join(folder, name), text, 0o644);
}

/** The first time stays, so that a reminder shows how long ago the customer was invited. */
const recordInvitations = ({ config }: Pick<Context, "config">, invitedAt: ReadonlyMap<string, Date>) =>
  config.change(({ customers = {}, ...document }) => {
    const invited = Object.entries(customers).map(([name, customer]) => {
      const lastAt = invitedAt.get(name)?.toISOString();
      if (lastAt === undefined) return [name, customer] as const;
      return [name, { ...customer, invitation: { firstAt: customer.invitation?.firstAt ?? lastAt, lastAt } }] as const;
    });
    return { ...document, customers: Object.fromEntries(invited) };
  });

export const view: View<InvitationRecord> = (record, { green, yellow, bold, dim }, page) => {
  const { customer, outcome, folder, files, unknown } = record;
  const wrap = (line: string) => wrapToPage(line, page);
  const isWritten = outcome === "written";
  return [
    wrap(`${isWritten ? green("written") : yellow("would write")} ${bold(customer)}: ${plainLine(folder)}`),
    wrap(`  ${dim(files.join(", "))}`),
    ...(unknown.length === 0 ? [] : [wrap(`  ${yellow("unknown")}  ${unknown.join(", ")}`)]),
    ...(isWritten
      ? [
          wrap(
            `  ${dim("next")}  send the files to ${customer}'s administrator, with the text of email.txt; then: xtenant invite list`,
          ),
        ]
      : []),
  ].join("\n");
};

export const inviteCommand = defineCommand({
  name: "invite",
  description:
    "Write an invitation for a customer's administrator: a page, scripts, and the text of an e-mail. The page says who asks, what the app may do, how to consent, assign the roles, check and revoke. It asks for the least privilege. The config keeps when the customer was invited.",
  arguments: customersArgument,
  options: {
    ...selectionOptions,
    dir: {
      ...pathOption("-d, --dir <folder>", "folder for the invitations, one folder for each customer"),
      default: "invitations",
    },
    ...group("Scripts and templates:", {
      withQueues: { flags: "--with-queues", description: "the scripts also create the two queues if they are missing" },
      withNamespace: {
        flags: "--with-namespace",
        description: "the scripts also create the namespace and its queues",
      },
    }),
    dryRun: { flags: "--dry-run", description: "show what would be written" },
  },
  render: view,
  changes: true,
  run: (context, args, { all, tag, ...options }) => invite(context, selectionOf(args, { all, tag }), options),
  subcommands: [listCommand],
  examples: [
    { line: "xtenant invite acme", what: "write the page, the scripts and the e-mail for a customer" },
    {
      line: "xtenant invite --all --dir to-send --with-queues",
      what: "invite all customers; the scripts create queues",
    },
  ],
  seeAlso: ["invite list", "onboard", "verify"],
});
