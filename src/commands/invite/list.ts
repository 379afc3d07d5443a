import stringWidth from "fast-string-width";
import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { customersOrAllArgument, selectionOptions, selectionOrAllOf } from "../../cli/options/customer-options.ts";
import { parseDuration } from "../../cli/options/times.ts";
import type { Style } from "../../cli/output/style.ts";
import { table } from "../../cli/output/table.ts";
import { wrapToPage } from "../../cli/output/wrap-text.ts";
import type { FailureOf, Renderer } from "../../cli/run-command.ts";
import type { Page } from "../../cli/terminal/screen.ts";
import { readAudit } from "../../lib/entry/audit.ts";
import { forEachCustomer, type Selection, selectCustomers } from "../../lib/entry/customers.ts";
import { failureFromRecord } from "../../lib/entry/errors.ts";
import { type InvitationState, invitationState, readSeen } from "../../lib/entry/onboarding.ts";
import { countText } from "../../lib/entry/values.ts";

type Options = { readonly remindAfter: number; readonly due?: true };

/** Asks the services how far each customer has come; sends and changes nothing. */
export async function* list(
  context: Context,
  selection: Selection,
  { remindAfter, due }: Options,
): AsyncGenerator<InvitationState> {
  const config = await context.config.read();
  const customers = selectCustomers(config, selection);
  const seen = config.auditFile === undefined ? undefined : await readSeen(readAudit(config.auditFile));
  const now = new Date();
  const states = forEachCustomer(
    customers,
    async function* (customer) {
      const known = seen?.get(customer.name) ?? {};
      yield await invitationState(context, config, customer, {
        seen: known,
        now,
        remindAfterMilliseconds: remindAfter,
      });
    },
    { signal: context.signal, order: "customers" },
  );
  for await (const state of states) if (!due || state.next === "remind") yield state;
}

/** What could not be found out is a failure, as in `verify`. */
const failureOf: FailureOf<InvitationState> = ({ customer, error }) => {
  if (error === undefined) return undefined;
  const failure = failureFromRecord(error);
  return failure.with({ message: `${customer}: ${failure.message}` });
};

const headings = ["CUSTOMER", "INVITED", "CONSENT", "ROLES", "NEXT"];

/** A table when all customers are known. */
export function invitationsRenderer(): Renderer<InvitationState> {
  const states: InvitationState[] = [];
  return {
    onRecord: (state) => {
      states.push(state);
      return "";
    },
    onEnd: (style, page) => {
      const rows = states.map(rowOf);
      const shown = page === undefined || rows.length === 0 ? rows : [headings, ...rows];
      const lines = table(shown, (cell, column) => paint(style, cell, column));
      const isFitting = page === undefined || lines.split("\n").every((line) => stringWidth(line) <= page.columns);
      const due = states.filter(({ next }) => next === "remind").map(({ customer }) => customer);
      const counted = `${due.length} of ${countText(states.length, "customer")} to be reminded`;
      return [
        isFitting ? lines : rows.map((row) => block(row, style, page)).join("\n"),
        ...(states.length > 1 ? [style.dim(counted)] : []),
        ...(due.length > 0 ? [wrapToPage(`${style.dim("next")}  xtenant invite ${due.join(",")}`, page)] : []),
      ]
        .filter((text) => text !== "")
        .join("\n");
    },
  };
}

function paint({ bold, dim, green, yellow }: Style, cell: string, column: number): string {
  if (headings.includes(cell)) return dim(cell);
  if (column === 0) return bold(cell);
  if (column !== 4 || cell === "wait") return cell;
  return cell === done ? green(cell) : yellow(cell);
}

const block = ([customer = "", invited, consent, roles, next = ""]: readonly string[], style: Style, page: Page) =>
  [
    `${style.bold(customer)}  ${paint(style, next, 4)}`,
    wrapToPage(`  invited ${invited}; consent ${consent}; roles ${roles}`, page),
  ].join("\n");

const done = "done";
const unknown = "unknown";

function rowOf(state: InvitationState): readonly string[] {
  const { customer, invitedAt, remindedAt, consent, consentSeenAt, roleSeenAt } = state;
  const invited = invitedAt === undefined ? unknown : day(invitedAt);
  return [
    customer,
    remindedAt === undefined ? invited : `${invited}, ${day(remindedAt)}`,
    consent === "given" ? `yes${since(consentSeenAt)}` : consent === "refused" ? "no" : unknown,
    `${rolesOf(state)}${since(roleSeenAt)}`,
    state.next === "none" ? done : state.next,
  ];
}

const day = (at: string) => at.slice(0, 10);
/** The proof is of that day; the fact may be older. */
const since = (at: string | undefined) => (at === undefined ? "" : `, by ${day(at)}`);

function rolesOf({ send, listen }: InvitationState): string {
  if (send === "held" && listen === "held") return "both";
  if (send === "held") return listen === "refused" ? "send only" : `send, listen ${unknown}`;
  if (listen === "held") return send === "refused" ? "listen only" : `listen, send ${unknown}`;
  return send === "unknown" || listen === "unknown" ? unknown : "none";
}

export const listCommand = defineCommand({
  name: "list",
  aliases: ["ls"],
  summary: "show who consented, who granted, and who is to be reminded",
  description:
    "Show for each customer when it was invited, and whether it has consented and assigned the roles. Tokens and links prove it now; the audit trail, if there is one, knows when it was first proved. Read-only.",
  arguments: customersOrAllArgument,
  options: {
    ...selectionOptions,
    remindAfter: {
      flags: "--remind-after <duration>",
      description: "how long after the last invitation a customer is to be reminded",
      parse: parseDuration,
      default: 3 * 86_400_000,
    },
    due: { flags: "--due", description: "only the customers that are to be reminded" },
  },
  createRenderer: invitationsRenderer,
  failureOf,
  paged: "top",
  run: (context, args, { all, tag, ...options }) => list(context, selectionOrAllOf(args, { all, tag }), options),
  examples: [
    { line: "xtenant invite list", what: "show how far each customer has come" },
    { line: "xtenant invite list --due --json", what: "the customers to be reminded, for a script" },
  ],
  seeAlso: ["invite", "verify", "audit show"],
});
