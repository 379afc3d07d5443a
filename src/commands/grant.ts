import { defineCommand } from "../cli/command/define-command.ts";
import type { Context } from "../cli/context.ts";
import { customersArgument, selectionOf, selectionOptions } from "../cli/options/customer-options.ts";
import { parseDuration } from "../cli/options/parsers.ts";
import { scopeOption } from "../cli/options/scope-option.ts";
import { onboardingStepView, onboardingView } from "../cli/views/onboarding-step-view.ts";
import { findCustomer, type Selection, selectCustomers } from "../lib/config/select-customers.ts";
import { type CustomerName, type Guid, parseGuid } from "../lib/domain/customer.ts";
import { type GrantScope, responderAssignments, wantedAssignments } from "../lib/domain/role-access.ts";
import { Failure } from "../lib/errors/failure.ts";
import {
  assignRoles,
  defaultWaitMilliseconds,
  type GrantStep,
  servicePrincipalOf,
  waitForAccess,
} from "../lib/onboarding/grant-role.ts";
import { type CustomerEnd, onboardCustomers } from "../lib/onboarding/onboard-customers.ts";

type Options = {
  readonly leastPrivilege?: true;
  readonly scope?: GrantScope;
  readonly responder?: Guid;
  readonly dryRun?: true;
  readonly wait?: number | true;
};

/** Gives the provider's app its role in the customer's subscription, or the customer's own worker the opposite ones. */
export async function* grant(context: Context, name: CustomerName, options: Options): AsyncGenerator<GrantStep> {
  const { leastPrivilege, scope, responder, dryRun, wait } = options;
  if (responder && (leastPrivilege || scope || wait !== undefined))
    throw new Failure(
      "UsageConflictingOptions",
      "--responder always assigns the least privilege on the queues, and only its own identity could test it: omit --least-privilege, --scope and --wait",
    );
  if (dryRun && wait !== undefined)
    throw new Failure("UsageConflictingOptions", "--dry-run and --wait cannot be combined");
  const config = await context.config.read();
  const customer = findCustomer(config, name);
  const wanted = responder
    ? responderAssignments(customer, responder)
    : wantedAssignments(customer, await servicePrincipalOf(context, config, customer), {
        leastPrivilege,
        scope,
      });
  yield* assignRoles(context, customer, { wanted, dryRun: dryRun === true });
  if (wait !== undefined) yield* waitForAccess(context, customer, wait === true ? defaultWaitMilliseconds : wait);
}

/** The same for each selected customer. */
export async function* grantEach(
  context: Context,
  selection: Selection,
  options: Options,
): AsyncGenerator<GrantStep | CustomerEnd> {
  const customers = selectCustomers(await context.config.read(), selection);
  if (options.responder && customers.length > 1)
    throw new Failure("UsageOneCustomer", "--responder is a principal of one customer: name that customer");
  yield* onboardCustomers(context, customers, { steps: (each, { name }) => grant(each, name, options) });
}

export const grantCommand = defineCommand({
  name: "grant",
  description:
    "As the customer's administrator, assign the provider's app its role: Service Bus Data Owner on the namespace, or less if `access` in the config or an option says so. Safe to repeat. The config does not change; `verify --drift` compares assignments with the config.",
  arguments: customersArgument,
  options: {
    ...selectionOptions,
    leastPrivilege: {
      flags: "--least-privilege",
      description: "assign Data Sender on the command queue and Data Receiver on the status queue instead",
    },
    scope: scopeOption("scope of the roles (default: namespace for Data Owner, queue for least privilege)"),
    responder: {
      flags: "--responder <object id>",
      description: "assign this principal of the customer the roles to receive commands and send statuses instead",
      parse: parseGuid,
    },
    dryRun: { flags: "--dry-run", description: "show what would be assigned" },
    wait: {
      flags: "--wait [duration]",
      description: "wait until links that need the role open (default: 10m)",
      parse: parseDuration,
    },
  },
  run: (context, args, { all, tag, ...options }) => grantEach(context, selectionOf(args, { all, tag }), options),
  render: onboardingView(onboardingStepView),
  examples: [
    { line: "xtenant grant acme --least-privilege --dry-run", what: "show what would be assigned" },
    { line: "xtenant grant acme fabrikam --dry-run", what: "the same for two customers" },
    { line: "xtenant grant acme --wait", what: "assign the role from the config and wait until it is effective" },
    {
      line: "xtenant grant acme --responder 3f1c2d3e-4b5a-4c7d-8e9f-0a1b2c3d4e5f --dry-run",
      what: "show the roles of the customer's own worker",
    },
  ],
  seeAlso: ["onboard", "verify"],
});
