import { Command } from "@commander-js/extra-typings";
import type { Context } from "../cli/context.ts";
import { withExamples } from "../cli/help/command-help.ts";
import { addSelectionOptions, parseNames } from "../cli/options/customer-options.ts";
import { parseArgument, parseDuration } from "../cli/options/parsers.ts";
import { scopeOption } from "../cli/options/scope-option.ts";
import type { Run } from "../cli/run-command.ts";
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

/** Gives the Provider's app its role in the Customer's subscription, or the Customer's own worker the opposite ones. */
export async function* grant(context: Context, name: CustomerName, options: Options): AsyncGenerator<GrantStep> {
  const { leastPrivilege, scope, responder, dryRun, wait } = options;
  if (responder && (leastPrivilege || scope || wait !== undefined))
    throw new Failure(
      "usage",
      "--responder is always least privilege on the queues, and only its own identity could prove it: leave --least-privilege, --scope and --wait out",
    );
  if (dryRun && wait !== undefined) throw new Failure("usage", "--dry-run and --wait exclude each other");
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

/** The same for each of those that are meant. */
export async function* grantEach(
  context: Context,
  selection: Selection,
  options: Options,
): AsyncGenerator<GrantStep | CustomerEnd> {
  const customers = selectCustomers(await context.config.read(), selection);
  if (options.responder && customers.length > 1)
    throw new Failure("usage", "--responder is a principal of one Customer: name that one");
  yield* onboardCustomers(context, customers, { steps: (each, { name }) => grant(each, name, options) });
}

export const grantCommand = (run: Run) =>
  addSelectionOptions(
    new Command("grant")
      .description(
        "Give the Provider's app its role, as the Customer's administrator: Service Bus Data Owner on the namespace, or less where the config's `access` or an option says so. Safe to repeat; changes no config, and `verify --drift` compares with the config.",
      )
      .argument("[customers...]", "names from `xtenant customers list`", parseNames),
  )
    .option("--least-privilege", "Data Sender on the command queue and Data Receiver on the status queue instead")
    .addOption(scopeOption())
    .option(
      "--responder <object id>",
      "instead: let this principal of the Customer's read commands and write statuses",
      parseArgument(parseGuid),
    )
    .option("--dry-run", "look only: say what would be assigned")
    .option("--wait [duration]", "wait until links that need the role can be opened (default: 10m)", parseDuration)
    .configureHelp(
      withExamples({
        examples: [
          { line: "xtenant grant acme --least-privilege --dry-run", what: "what would be assigned" },
          { line: "xtenant grant acme fabrikam --dry-run", what: "the same of two, each on its own" },
          { line: "xtenant grant acme --wait", what: "assign what the config wants, and wait until it works" },
          {
            line: "xtenant grant acme --responder 3f1c2d3e-4b5a-4c7d-8e9f-0a1b2c3d4e5f --dry-run",
            what: "the roles of the Customer's own worker",
          },
        ],
        seeAlso: ["onboard", "verify"],
      }),
    )
    .action((customers = [], { all, tag, ...options }) =>
      run(grantEach, onboardingView(onboardingStepView))({ names: customers, all, tag }, options),
    );
