import { defineCommand } from "../cli/command/define-command.ts";
import type { Context } from "../cli/context.ts";
import { customersArgument, selectionOf, selectionOptions } from "../cli/options/customer-options.ts";
import { recordAccess, roleOption } from "../cli/options/role-option.ts";
import { scopeOption } from "../cli/options/scope-option.ts";
import { parseDuration } from "../cli/options/times.ts";
import { failuresLast } from "../cli/output/failure-groups.ts";
import { onboardingStepView, onboardingView } from "../cli/views/onboarding-step-view.ts";
import {
  type Customer,
  type CustomerName,
  findCustomer,
  type Guid,
  parseGuid,
  type Selection,
  selectCustomers,
} from "../lib/entry/customers.ts";
import { Failure } from "../lib/entry/errors.ts";
import {
  assignRoles,
  type CustomerEnd,
  defaultWaitMilliseconds,
  type GrantScope,
  type GrantStep,
  onboardCustomers,
  responderAssignments,
  servicePrincipalOf,
  waitForAccess,
  wantedAssignments,
} from "../lib/entry/onboarding.ts";

type Options = {
  readonly role?: Customer["access"];
  readonly replace?: true;
  readonly scope?: GrantScope;
  readonly responder?: Guid;
  readonly dryRun?: true;
  readonly wait?: number | true;
};

/** Gives the provider's app its role in the customer's subscription, or the customer's own worker the opposite ones. */
export async function* grant(context: Context, name: CustomerName, options: Options): AsyncGenerator<GrantStep> {
  const { role, replace, scope, responder, dryRun, wait } = options;
  if (responder && (role || replace || scope || wait !== undefined))
    throw new Failure(
      "UsageConflictingOptions",
      "--responder always assigns the least privilege on the queues, and only its own identity could test it: omit --role, --replace, --scope and --wait",
    );
  if (dryRun && wait !== undefined)
    throw new Failure("UsageConflictingOptions", "--dry-run and --wait cannot be combined");
  const config = await context.config.read();
  const customer = findCustomer(config, name);
  const wanted = responder
    ? responderAssignments(customer, responder)
    : wantedAssignments(customer, await servicePrincipalOf(context, config, customer), {
        role,
        scope,
      });
  const others = responder ? undefined : replace ? "remove" : "report";
  yield* assignRoles(context, customer, { wanted, dryRun: dryRun === true, ...(others && { others }) });
  if (!dryRun) await recordAccess(context, customer, role);
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
    "As the customer's administrator, assign the provider's app its role: least privilege on the two queues, or what `access` in the config or --role says. Safe to repeat. A role from --role is written to the config, so that `verify --drift` compares with it.",
  arguments: customersArgument,
  options: {
    ...selectionOptions,
    role: roleOption(""),
    replace: {
      flags: "--replace",
      description: "remove other Service Bus roles that the app has in the customer's subscription",
    },
    scope: scopeOption("scope of the roles (default: queue for least privilege, namespace for Data Owner)"),
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
  createRenderer: () => failuresLast(onboardingView(onboardingStepView), { sign: "✗" }),
  changes: true,
  run: (context, args, { all, tag, ...options }) => grantEach(context, selectionOf(args, { all, tag }), options),
  examples: [
    { line: "xtenant grant acme --dry-run", what: "show what would be assigned" },
    {
      line: "xtenant grant acme fabrikam --role data-owner --dry-run",
      what: "show the pattern's own role for two customers",
    },
    { line: "xtenant grant acme --wait", what: "assign the role from the config and wait until it is effective" },
    {
      line: "xtenant grant acme --responder 3f1c2d3e-4b5a-4c7d-8e9f-0a1b2c3d4e5f --dry-run",
      what: "show the roles of the customer's own worker",
    },
  ],
  seeAlso: ["onboard", "verify"],
});
