import type { Context } from "../../cli/context.ts";
import { recordAccess } from "../../cli/options/role-option.ts";
import { withWaitLine } from "../../cli/status-line/progress.ts";
import { openInBrowser } from "../../cli/terminal/open-in-browser.ts";
import {
  type Config,
  type Customer,
  type CustomerName,
  findCustomer,
  parseGuid,
  type Selection,
  selectCustomers,
} from "../../lib/entry/customers.ts";
import { Failure } from "../../lib/entry/errors.ts";
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
  type GrantScope,
  type GrantStep,
  onboardCustomers,
  planConsentByGraph,
  type RoundTrip,
  renderAccessFile,
  resolveTenant,
  runRoundTrip,
  waitForAccess,
  waitForPrincipal,
  wantedAssignments,
} from "../../lib/entry/onboarding.ts";
import { countText } from "../../lib/entry/values.ts";

export type OnboardOptions = {
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
  options: OnboardOptions,
): AsyncGenerator<ConsentStep | GrantStep | RoundTrip | AccessFile> {
  const { emit, provision, listen, open, grant, role, scope, timeout: milliseconds } = options;
  const config = await context.config.read();
  const customer = findCustomer(config, name);
  if (emit) {
    yield renderAccessFile(config, customer, emit, creates(options));
    if (context.terminal.stderr.isTTY) context.log.info(afterEmit(emit, customer.name));
    return;
  }
  if (grant) yield await resolveTenant(context, customer);
  if (options.dryRun) {
    yield* plan(context, config, { customer, options });
    return;
  }
  const admission = { config, customer, milliseconds };
  if (provision) yield* consentByGraph(context, admission);
  else if (listen || open) yield* consentInBrowser(context, admission, open ? openInBrowser : async () => {});
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

type Planned = { readonly customer: Customer; readonly options: OnboardOptions };

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
export async function* onboardTogether(
  context: Context,
  selection: Selection,
  options: OnboardOptions,
): AsyncGenerator<ConsentStep | GrantStep | RoundTrip | AccessFile | CustomerEnd> {
  const customers = selectCustomers(await context.config.read(), selection);
  if (customers.length > 1 && (options.emit || options.listen || options.open))
    throw new Failure(
      "UsageOneCustomer",
      "--emit, --listen and --open are for the administrator of one customer: name that customer",
    );
  const waitText = (seconds: number) =>
    `waiting for ${customers.length === 1 ? customers[0]?.name : countText(customers.length, "customer")} (${seconds} s); Ctrl-C stops, and the same command goes on later`;
  const steps = (asked: Context) =>
    onboardCustomers(asked, customers, { steps: (each, { name }) => onboard(each, name, options) });
  yield* options.emit ? steps(context) : withWaitLine(context, waitText, steps);
}

const creates = ({ withQueues, withNamespace }: OnboardOptions): Creates =>
  withNamespace ? "namespace" : withQueues ? "queues" : "nothing";
