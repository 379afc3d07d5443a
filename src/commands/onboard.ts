import { Command, Option } from "@commander-js/extra-typings";
import type { Context } from "../cli/context.ts";
import { withExamples } from "../cli/help/command-help.ts";
import { addSelectionOptions, parseNames } from "../cli/options/customer-options.ts";
import { parseDuration } from "../cli/options/parsers.ts";
import { scopeOption } from "../cli/options/scope-option.ts";
import type { Run } from "../cli/run-command.ts";
import { onboardingStepView, onboardingView } from "../cli/views/onboarding-step-view.ts";
import { findCustomer, type Selection, selectCustomers } from "../lib/config/select-customers.ts";
import type { CustomerName } from "../lib/domain/customer.ts";
import { type GrantScope, wantedAssignments } from "../lib/domain/role-access.ts";
import { Failure } from "../lib/errors/failure.ts";
import {
  type ConsentStep,
  consentByGraph,
  consentByLink,
  consentInBrowser,
  linkFor,
  resolveTenant,
} from "../lib/onboarding/consent.ts";
import { type AccessFile, type EmitForm, emitForms, renderAccessFile } from "../lib/onboarding/emit/access-files.ts";
import type { Creates } from "../lib/onboarding/emit/access-request.ts";
import { assignRoles, type GrantStep, waitForAccess, waitForPrincipal } from "../lib/onboarding/grant-role.ts";
import { type CustomerEnd, onboardCustomers } from "../lib/onboarding/onboard-customers.ts";
import { defaultRoundTripMilliseconds, type RoundTrip, runRoundTrip } from "../lib/onboarding/round-trip.ts";

type Options = {
  readonly url?: true;
  readonly emit?: EmitForm;
  readonly withQueues?: true;
  readonly withNamespace?: true;
  readonly listen?: true;
  readonly open?: true;
  readonly provision?: true;
  readonly grant?: true;
  readonly leastPrivilege?: true;
  readonly scope?: GrantScope;
  readonly roundTrip?: number;
  readonly timeout: number;
};

/**
 * Brings a Customer's tenant to admit the app, and with `--grant` on to a role that works and a ping. Only a token from that
 * tenant, and links that open, count as done. Each step looks first: a run that was killed is continued by repeating it.
 */
export async function* onboard(
  context: Context,
  name: CustomerName,
  options: Options,
): AsyncGenerator<ConsentStep | GrantStep | RoundTrip | AccessFile> {
  refuseContradictions(options);
  const { url, emit, provision, listen, open, grant, leastPrivilege, scope, timeout: milliseconds } = options;
  const config = await context.config.read();
  const customer = findCustomer(config, name);
  if (url || emit) {
    yield emit ? renderAccessFile(config, customer, emit, creates(options)) : linkFor(config, customer);
    return;
  }
  if (grant) yield await resolveTenant(context, customer);
  const admission = { config, customer, milliseconds };
  if (provision) yield* consentByGraph(context, admission);
  else if (listen || open) yield* consentInBrowser(context, admission, open ? openBrowser : async () => {});
  else yield* consentByLink(context, admission);
  if (!grant) return;
  const seen = await waitForPrincipal(context, admission);
  yield seen;
  const wanted = wantedAssignments(customer, seen.principalId, { leastPrivilege, scope });
  yield* assignRoles(context, customer, { wanted, dryRun: false });
  yield* waitForAccess(context, customer, milliseconds);
  const { roundTrip: patience = defaultRoundTripMilliseconds } = options;
  if (patience > 0) yield* runRoundTrip(context, customer, patience);
}

/** The same for each of those that are meant, all at once: the slowest administrator holds up nobody. */
export async function* onboardEach(
  context: Context,
  selection: Selection,
  options: Options,
): AsyncGenerator<ConsentStep | GrantStep | RoundTrip | AccessFile | CustomerEnd> {
  refuseContradictions(options);
  const customers = selectCustomers(await context.config.read(), selection);
  if (customers.length > 1 && (options.emit || options.listen || options.open))
    throw new Failure("usage", "--emit, --listen and --open are for the administrator of one Customer: name that one");
  if (options.url) for (const { name } of customers) yield* onboard(context, name, options);
  else yield* onboardCustomers(context, customers, { steps: (each, { name }) => onboard(each, name, options) });
}

function refuseContradictions({ url, emit, provision, listen, open, grant, ...options }: Options): void {
  const { leastPrivilege, scope, withQueues, withNamespace } = options;
  if ((url || emit) && (provision || grant || listen || open || (url && emit)))
    throw new Failure("usage", "--url and --emit only print: they go with no other step, nor with each other");
  if ((withQueues || withNamespace) && !emit)
    throw new Failure("usage", "--with-queues and --with-namespace need --emit");
  if (provision && (listen || open))
    throw new Failure("usage", "--provision needs no browser: leave --listen and --open out");
  if ((leastPrivilege || scope || options.roundTrip !== undefined) && !grant)
    throw new Failure("usage", "--least-privilege, --scope and --round-trip need --grant");
}

const creates = ({ withQueues, withNamespace }: Options): Creates =>
  withNamespace ? "namespace" : withQueues ? "queues" : "nothing";

/** The platform's own browser; a machine without one is no failure, because the link was printed. */
async function openBrowser(url: string): Promise<void> {
  const { default: open } = await import("open");
  const child = await open(url);
  child.on("error", () => {});
}

export const onboardCommand = (run: Run) =>
  addSelectionOptions(
    new Command("onboard")
      .description(
        "Have a Customer's tenant admit the Provider's app. Without an option: prints the consent link for the Customer's administrator and waits until a token of that tenant proves that it was accepted. Safe to repeat.",
      )
      .argument("[customers...]", "names from `xtenant customers list`", parseNames),
  )
    .optionsGroup("How the tenant admits the app:")
    .option("--url", "print the consent link and nothing else")
    .option("--listen", "wait on a loopback page too, for an administrator at this machine")
    .option("--open", "the same, and open the link in this machine's browser")
    .option("--provision", "create the service principal through Graph, as the Customer's administrator")
    .option("--timeout <duration>", "how long to wait for the proof", parseDuration, 15 * 60_000)
    .optionsGroup("Instead of this tool:")
    .addOption(
      new Option(
        "--emit <form>",
        "print what the Customer's administrator reviews and runs instead of this tool; delegation: lets a colleague grant this and no more; functions: app settings of a trigger",
      ).choices(emitForms),
    )
    .option("--with-queues", "with --emit: also make the two queues, where they are not there")
    .option("--with-namespace", "with --emit: also make the namespace and its queues")
    .optionsGroup("And the role:")
    .option("--grant", "go on to the role, as the Customer's administrator, and wait until it is effective")
    .option("--least-privilege", "with --grant: Data Sender on the command queue and Data Receiver on the status queue")
    .addOption(scopeOption("with --grant: "))
    .option(
      "--round-trip <duration>",
      "with --grant: how long to wait for the Customer's worker to answer a ping; 0s sends none (default: 5s)",
      parseDuration,
    )
    .configureHelp(
      withExamples({
        examples: [
          { line: "xtenant onboard acme --url", what: "the link for the Customer's administrator" },
          { line: "xtenant onboard tailspin --timeout 2h", what: "print it, and wait until it was accepted" },
          {
            line: "xtenant onboard acme fabrikam --provision --grant --round-trip 0s",
            what: "the whole path in one run that may be repeated, for who may do both sides",
          },
          {
            line: "xtenant onboard acme --emit az --with-queues > for-acme.sh",
            what: "a script for who would rather run no tool of ours",
          },
        ],
        seeAlso: ["grant", "verify", "offboard"],
      }),
    )
    .action((customers = [], { all, tag, ...options }) =>
      run(onboardEach, onboardingView(onboardingStepView))({ names: customers, all, tag }, options),
    );
