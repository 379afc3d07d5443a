import { defineCommand } from "../cli/command/define-command.ts";
import { group } from "../cli/command/define-option.ts";
import type { Context } from "../cli/context.ts";
import { customersArgument, selectionOf, selectionOptions } from "../cli/options/customer-options.ts";
import { roleOption } from "../cli/options/role-option.ts";
import { scopeOption } from "../cli/options/scope-option.ts";
import { parseDuration } from "../cli/options/times.ts";
import { failuresLast } from "../cli/output/failure-groups.ts";
import type { View } from "../cli/run-command.ts";
import { onboardingStepView, onboardingView } from "../cli/views/onboarding-step-view.ts";
import { type Selection, selectCustomers } from "../lib/entry/customers.ts";
import { Failure } from "../lib/entry/errors.ts";
import {
  type AccessFile,
  type ConsentStep,
  type CustomerEnd,
  emitForms,
  type GrantStep,
  linkFor,
  type RoundTrip,
} from "../lib/entry/onboarding.ts";
import type { OnboardOptions } from "./onboard/onboard-steps.ts";

type OnboardResult = ConsentStep | GrantStep | RoundTrip | AccessFile | CustomerEnd;

/** The links alone need the config only: a script that collects them waits for no other part of the program. */
export async function* onboardEach(
  context: Context,
  selection: Selection,
  options: OnboardOptions,
): AsyncGenerator<OnboardResult> {
  refuseContradictions(options);
  if (options.url) {
    const config = await context.config.read();
    for (const customer of selectCustomers(config, selection)) yield linkFor(config, customer);
  } else {
    const { onboardTogether } = await import("./onboard/onboard-steps.ts");
    yield* onboardTogether(context, selection, options);
  }
}

function refuseContradictions({ url, emit, provision, listen, open, grant, ...options }: OnboardOptions): void {
  const { role, scope, withQueues, withNamespace, dryRun } = options;
  if (dryRun && !provision)
    throw new Failure("UsageMissingOption", "--dry-run requires --provision: the consent link itself changes nothing");
  if ((url || emit) && (provision || grant || listen || open || (url && emit)))
    throw new Failure(
      "UsageConflictingOptions",
      "--url and --emit only print: they cannot be combined with another step, nor with each other",
    );
  if ((withQueues || withNamespace) && !emit)
    throw new Failure("UsageMissingOption", "--with-queues and --with-namespace require --emit");
  if (provision && (listen || open))
    throw new Failure("UsageConflictingOptions", "--provision needs no browser: omit --listen and --open");
  if ((role || scope || options.roundTrip !== undefined) && !grant)
    throw new Failure("UsageMissingOption", "--role, --scope and --round-trip require --grant");
}

/** `--url` prints only the link, and before it the customer's name where there are several. */
const linkView =
  (isOnly: boolean): View<OnboardResult> =>
  (step) =>
    step.type !== "link" ? "" : isOnly ? step.url : `${step.customer}  ${step.url}`;

export const onboardCommand = defineCommand({
  name: "onboard",
  description:
    "Get consent for the provider's app in a customer's tenant. Without options it prints the consent link for the customer's administrator and waits until a token of that tenant proves the consent. Safe to repeat.",
  arguments: customersArgument,
  options: {
    ...selectionOptions,
    ...group("Consent:", {
      url: { flags: "--url", description: "print only the consent link" },
      listen: {
        flags: "--listen",
        description: "also wait on a loopback page, for an administrator at this machine",
      },
      open: { flags: "--open", description: "like --listen, and open the link in the browser of this machine" },
      provision: {
        flags: "--provision",
        description: "create the service principal through Graph, as the customer's administrator",
      },
      dryRun: {
        flags: "--dry-run",
        description: "with --provision: show what would be created and assigned, and change nothing",
      },
      timeout: {
        flags: "--timeout <duration>",
        description: "how long to wait for the consent",
        parse: parseDuration,
        default: 15 * 60_000,
      },
    }),
    ...group("Scripts and templates:", {
      emit: {
        flags: "--emit <format>",
        description:
          "print what the customer's administrator runs without xtenant; delegation: lets a colleague assign only these roles; functions: app settings of a trigger",
        choices: emitForms,
      },
      withQueues: {
        flags: "--with-queues",
        description: "with --emit: also create the two queues if they are missing",
      },
      withNamespace: {
        flags: "--with-namespace",
        description: "with --emit: also create the namespace and its queues",
      },
    }),
    ...group("Role:", {
      grant: {
        flags: "--grant",
        description: "then assign the role, as the customer's administrator, and wait until it is effective",
      },
      role: roleOption("with --grant: "),
      scope: scopeOption(
        "with --grant: scope of the roles (default: queue for least privilege, namespace for Data Owner)",
      ),
      roundTrip: {
        flags: "--round-trip <duration>",
        description:
          "with --grant: how long to wait until the customer's worker answers a ping; 0s sends none (default: 5s)",
        parse: parseDuration,
      },
    }),
  },
  createRenderer: ({ url }, { customers }) =>
    url
      ? { onRecord: linkView(customers.length === 1) }
      : failuresLast(onboardingView(onboardingStepView), { sign: "✗" }),
  changes: ({ url, emit }) => !url && !emit,
  run: (context, args, { all, tag, ...options }) => onboardEach(context, selectionOf(args, { all, tag }), options),
  examples: [
    { line: "xtenant onboard acme --url", what: "print the link for the customer's administrator" },
    { line: "xtenant onboard tailspin --timeout 2h", what: "print the link and wait for the consent" },
    {
      line: "xtenant onboard acme fabrikam --provision --grant --round-trip 0s",
      what: "consent and role in one repeatable run, when you administer both tenants",
    },
    {
      line: "xtenant onboard acme --emit az --with-queues > for-acme.sh",
      what: "a script for administrators who do not use xtenant",
    },
  ],
  seeAlso: ["grant", "verify", "offboard"],
});
