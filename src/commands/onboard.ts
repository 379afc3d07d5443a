import { defineCommand } from "../cli/command/define-command.ts";
import { group } from "../cli/command/define-option.ts";
import type { Context } from "../cli/context.ts";
import { customersArgument, selectionOf, selectionOptions } from "../cli/options/customer-options.ts";
import { recordAccess, roleOption } from "../cli/options/role-option.ts";
import { scopeOption } from "../cli/options/scope-option.ts";
import { parseDuration } from "../cli/options/times.ts";
import { failuresLast } from "../cli/output/failure-groups.ts";
import type { View } from "../cli/run-command.ts";
import { withWaitLine } from "../cli/status-line/progress.ts";
import { onboardingStepView, onboardingView } from "../cli/views/onboarding-step-view.ts";
import {
  type Config,
  type Customer,
  type CustomerName,
  findCustomer,
  parseGuid,
  type Selection,
  selectCustomers,
} from "../lib/entry/customers.ts";
import { Failure } from "../lib/entry/errors.ts";
import {
  type AccessFile,
  assignRoles,
  type ConsentStep,
  type Creates,
  type CustomerEnd,
  consentByGraph,
  consentByLink,
  consentInBrowser,
  defaultRoundTripMilliseconds,
  type EmitForm,
  emitForms,
  type GrantScope,
  type GrantStep,
  linkFor,
  onboardCustomers,
  planConsentByGraph,
  type RoundTrip,
  renderAccessFile,
  resolveTenant,
  runRoundTrip,
  waitForAccess,
  waitForPrincipal,
  wantedAssignments,
} from "../lib/entry/onboarding.ts";
import { countText } from "../lib/entry/values.ts";

type Options = {
  readonly url?: true;
  readonly emit?: EmitForm;
  readonly withQueues?: true;
  readonly withNamespace?: true;
  readonly listen?: true;
  readonly open?: true;
  readonly provision?: true;
  readonly grant?: true;
  readonly role?: Customer["access"];
  readonly scope?: GrantScope;
  readonly roundTrip?: number;
  readonly timeout: number;
  readonly dryRun?: true;
};

/**
 * Gets a customer's consent for the app, and with `--grant` assigns a role and sends a ping. Only a token from that
 * tenant, and links that open, count as done. Each step looks first: a run that was killed is continued by repeating it.
 */
export async function* onboard(
  context: Context,
  name: CustomerName,
  options: Options,
): AsyncGenerator<ConsentStep | GrantStep | RoundTrip | AccessFile> {
  refuseContradictions(options);
  const { url, emit, provision, listen, open, grant, role, scope, timeout: milliseconds } = options;
  const config = await context.config.read();
  const customer = findCustomer(config, name);
  if (url || emit) {
    yield emit ? renderAccessFile(config, customer, emit, creates(options)) : linkFor(config, customer);
    if (emit && context.terminal.stderr.isTTY) context.log.info(afterEmit(emit, customer.name));
    return;
  }
  if (grant) yield await resolveTenant(context, customer);
  if (options.dryRun) {
    yield* plan(context, config, { customer, options });
    return;
  }
  const admission = { config, customer, milliseconds };
  if (provision) yield* consentByGraph(context, admission);
  else if (listen || open) yield* consentInBrowser(context, admission, open ? openBrowser : async () => {});
  else yield* consentByLink(context, admission);
  if (!grant) return;
  const seen = await waitForPrincipal(context, admission);
  yield seen;
  const wanted = wantedAssignments(customer, seen.principalId, { role, scope });
  yield* assignRoles(context, customer, { wanted, dryRun: false, others: "report" });
  await recordAccess(context, customer, role);
  yield* waitForAccess(context, customer, milliseconds);
  const { roundTrip: patience = defaultRoundTripMilliseconds } = options;
  if (patience > 0) yield* runRoundTrip(context, customer, patience);
}

/** What to do with the file. */
function afterEmit(form: EmitForm, name: string): string {
  if (form === "functions")
    return `next: az functionapp config appsettings set --name <app> --resource-group <group> --settings @<this file>`;
  const how = form === "portal" ? "follows the steps" : "reviews it and runs it";
  return `next: send it to ${name}'s administrator, who ${how}; then: xtenant verify ${name}`;
}

/** No principal has this id: it stands for one that is not created yet. */
const placeholderId = parseGuid("00000000-0000-0000-0000-000000000000");

type Planned = { readonly customer: Customer; readonly options: Options };

async function* plan(
  context: Context,
  config: Config,
  { customer, options: { grant, role, scope } }: Planned,
): AsyncGenerator<ConsentStep | GrantStep> {
  const { step, principalId = placeholderId } = await planConsentByGraph(context, { config, customer });
  yield step;
  if (!grant) return;
  const wanted = wantedAssignments(customer, principalId, { role, scope });
  yield* assignRoles(context, customer, { wanted, dryRun: true, others: "report" });
}

/** The same for each selected customer at the same time, so that a slow administrator does not delay the others. */
export async function* onboardEach(
  context: Context,
  selection: Selection,
  options: Options,
): AsyncGenerator<ConsentStep | GrantStep | RoundTrip | AccessFile | CustomerEnd> {
  refuseContradictions(options);
  const customers = selectCustomers(await context.config.read(), selection);
  if (customers.length > 1 && (options.emit || options.listen || options.open))
    throw new Failure(
      "UsageOneCustomer",
      "--emit, --listen and --open are for the administrator of one customer: name that customer",
    );
  const waitText = (seconds: number) =>
    `waiting for ${customers.length === 1 ? customers[0]?.name : countText(customers.length, "customer")} (${seconds} s); Ctrl-C stops, and the same command goes on later`;
  if (options.url) for (const { name } of customers) yield* onboard(context, name, options);
  else {
    const steps = (asked: Context) =>
      onboardCustomers(asked, customers, { steps: (each, { name }) => onboard(each, name, options) });
    yield* options.emit ? steps(context) : withWaitLine(context, waitText, steps);
  }
}

function refuseContradictions({ url, emit, provision, listen, open, grant, ...options }: Options): void {
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

const creates = ({ withQueues, withNamespace }: Options): Creates =>
  withNamespace ? "namespace" : withQueues ? "queues" : "nothing";

/** The platform's own browser; a machine without one is no failure, because the link was printed. */
async function openBrowser(url: string): Promise<void> {
  const { default: open } = await import("open");
  const child = await open(url);
  child.on("error", () => {});
}

/** `--url` prints only the link, and before it the customer's name where there are several. */
const linkView =
  (isOnly: boolean): View<ConsentStep | GrantStep | RoundTrip | AccessFile | CustomerEnd> =>
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
