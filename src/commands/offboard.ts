import { defineCommand } from "../cli/command/define-command.ts";
import type { Context } from "../cli/context.ts";
import { customersArgument, selectionOf, selectionOptions } from "../cli/options/customer-options.ts";
import { failuresLast } from "../cli/output/failure-groups.ts";
import type { Style } from "../cli/output/style.ts";
import { wrapToPage } from "../cli/output/wrap-text.ts";
import type { FailureOf, View } from "../cli/run-command.ts";
import { confirm } from "../cli/terminal/prompts.ts";
import { onboardingView } from "../cli/views/onboarding-step-view.ts";
import {
  type Customer,
  type CustomerName,
  findCustomer,
  type Selection,
  selectCustomers,
} from "../lib/entry/customers.ts";
import { Failure, type FailureCode, type FailureRecord, failureRecord } from "../lib/entry/errors.ts";
import {
  type AccessOwner,
  type CustomerEnd,
  describeOwner,
  leftBehind,
  notAllowed,
  onboardCustomers,
  principalOf,
  type RemovedPrincipal,
  type RemovedRole,
  removePrincipal,
  removeRoles,
} from "../lib/entry/onboarding.ts";
import { plainLine } from "../lib/entry/values.ts";

type Options = { readonly yes?: true; readonly dryRun?: true };

/** The proof: no token is issued any more, or no link is opened. */
type Refused = { readonly type: "refused" } & AccessOwner & { readonly by: "token" | "link"; readonly code: string };
/** What these rights could not remove, and who can. */
type RemainingStep = { readonly type: "remaining" } & AccessOwner & {
    readonly actor: string;
    readonly what: string;
    readonly error?: FailureRecord;
  };
export type Step = RemovedRole | RemovedPrincipal | Refused | RemainingStep;

/** Roles first, then the service principal, then the proof: the app must now be refused. Safe to repeat. */
export async function* offboard(context: Context, name: CustomerName, options: Options): AsyncGenerator<Step> {
  const { yes, dryRun = false as boolean } = options;
  const config = await context.config.read();
  const customer = findCustomer(config, name);
  if (!yes && !dryRun)
    await confirm(context.terminal, "--yes", `End all messaging with ${name}, as ${name}'s administrator?`);
  const app = { customer, clientId: config.provider.clientId };
  const directory = await context.azure.directory(customer).catch(leftBehind);
  const principalId = await principalOf(context, directory, app);
  let keepsRoles = false;
  if (principalId !== undefined)
    for await (const role of removeRoles(context, { customer, principalId, dryRun })) {
      keepsRoles ||= role.outcome === "kept";
      yield role;
    }
  if (dryRun) {
    const outcome = principalId === undefined ? "absent" : "would-remove";
    yield { type: "service-principal", ...describeOwner(customer), outcome };
    return;
  }
  const principal = await removePrincipal(directory, app);
  yield principal;
  const refused = await refusal(context, customer, principal.outcome);
  if (refused) yield refused;
  yield* left(customer, { roles: keepsRoles, principal: principal.outcome === "kept", open: refused === undefined });
}

/** The same for each selected customer; several need `--yes`. */
export async function* offboardEach(
  context: Context,
  selection: Selection,
  options: Options,
): AsyncGenerator<Step | CustomerEnd> {
  const customers = selectCustomers(await context.config.read(), selection);
  if (customers.length > 1 && !options.yes && !options.dryRun)
    throw new Failure("ConfirmationNeeded", `ending messaging with ${customers.length} customers needs --yes`);
  yield* onboardCustomers(context, customers, { steps: (each, { name }) => offboard(each, name, options), failureOf });
}

/** A directory may go on issuing tokens for minutes after the principal is gone. Undefined: the app still gets in. */
async function refusal(
  { azure }: Context,
  customer: Customer,
  principal: RemovedPrincipal["outcome"],
): Promise<Refused | RemainingStep | undefined> {
  const signedIn = await azure.signIn(customer).catch(leftBehind);
  if (signedIn instanceof Failure) return refusedOrUnproven(customer, signedIn);
  if (principal !== "kept")
    throw new Failure("TokensStillIssued", `${customer.name}'s tenant still issues tokens for the app`, {
      params: { customer: customer.name },
    });
  await using connection = await azure.connectAsProvider(customer);
  const probed = await Promise.all([
    connection
      .sender()
      .then((sender) => sender.probe())
      .then(() => undefined, notAllowed),
    connection
      .receiver()
      .then((receiver) => receiver.peek(1))
      .then(() => undefined, notAllowed),
  ]);
  const [first] = probed;
  return first && probed.every(Boolean)
    ? { type: "refused", ...describeOwner(customer), by: "link", code: first.code }
    : undefined;
}

/** Entra's ways to say that the app is not there, or is disabled; no other refusal proves anything about the tenant. */
const appIsOut: ReadonlySet<FailureCode> = new Set<FailureCode>([
  "AADSTS700016",
  "AADSTS7000229",
  "AADSTS700011",
  "AADSTS7000112",
  "AADSTS70001",
]);

const refusedOrUnproven = (customer: Customer, failure: Failure): Refused | RemainingStep =>
  appIsOut.has(failure.code)
    ? { type: "refused", ...describeOwner(customer), by: "token", code: failure.code }
    : {
        type: "remaining",
        ...describeOwner(customer),
        actor: "operator",
        what: "the proof that the app is refused: the provider's credential could not be tested",
        error: failureRecord(failure),
      };

type Rest = { readonly roles: boolean; readonly principal: boolean; readonly open: boolean };

function* left(customer: Customer, { roles, principal, open }: Rest): Generator<RemainingStep> {
  const { name } = customer;
  const administrator = `${name}'s administrator`;
  if (roles)
    yield {
      type: "remaining",
      ...describeOwner(customer),
      actor: administrator,
      what: "the roles above, in Resource Manager",
    };
  if (principal)
    yield {
      type: "remaining",
      ...describeOwner(customer),
      actor: administrator,
      what: `the app's service principal: Entra admin center > Enterprise applications > Delete${open ? "; until then the app gets in" : ""}`,
    };
  yield {
    type: "remaining",
    ...describeOwner(customer),
    actor: "operator",
    what: `${name} in the config, and the messages in its queues: xtenant customers remove ${name}`,
  };
}

const failureOf: FailureOf<Step> = (step) =>
  "error" in step && step.error
    ? new Failure(
        "OffboardingIncomplete",
        `${step.customer}: not all access could be removed or checked with these rights`,
        { params: { customer: step.customer }, serviceCode: step.error.code },
      )
    : undefined;

/** Of several, fleet has counted already. */
const verdictOfStep: FailureOf<Step | CustomerEnd> = (step) =>
  step.type === "done" || step.type === "failed" ? undefined : failureOf(step);

export const view: View<Step> = (step, style, page) =>
  stepText(step, style)
    .split("\n")
    .map((line) => wrapToPage(line, page))
    .join("\n");

function stepText(step: Step, { green, yellow, red, bold, dim }: Style): string {
  const outcomes = { removed: green, absent: green, kept: red, "would-remove": yellow };
  const outcome = "outcome" in step ? outcomes[step.outcome](step.outcome.replace("-", " ")) : "";
  const why = "error" in step && step.error ? `\n  ${red(plainLine(step.error.message))}` : "";
  switch (step.type) {
    case "assignment":
      return step.assignmentId === ""
        ? `${outcome} all roles of the app with ${bold(step.customer)}${why}`
        : `${outcome} role assignment ${step.assignmentId} of ${bold(step.customer)}\n  ${dim(`at ${step.scope}`)}${why}`;
    case "service-principal":
      return `${outcome} the app's service principal in ${bold(step.customer)}'s tenant ${step.tenantId}${why}`;
    case "refused":
      return step.by === "token"
        ? `${green("refused")} ${bold(step.customer)}'s tenant no longer issues tokens for the app (${step.code})`
        : `${green("refused")} ${bold(step.customer)}'s queues no longer open for the app (${step.code})`;
    case "remaining":
      return `${yellow("remaining")} for ${step.actor}: ${step.what}${why}`;
  }
}

export const offboardCommand = defineCommand({
  name: "offboard",
  description:
    "As the customer's administrator, remove the app's roles and service principal, and prove that the app is refused. The config does not change.",
  arguments: customersArgument,
  options: {
    ...selectionOptions,
    yes: { flags: "-y, --yes", description: "do not ask for confirmation" },
    dryRun: { flags: "--dry-run", description: "show what would be removed" },
  },
  failureOf: verdictOfStep,
  createRenderer: () => failuresLast(onboardingView(view), { sign: "✗" }),
  changes: true,
  run: (context, args, { all, tag, ...options }) => offboardEach(context, selectionOf(args, { all, tag }), options),
  examples: [
    {
      line: "xtenant offboard tailspin --dry-run",
      what: "show what would be removed, and what only the customer can remove",
    },
    { line: "xtenant offboard tailspin --yes", what: "remove it and prove that the app is refused" },
    { line: "xtenant offboard --all --dry-run", what: "show it for every customer" },
  ],
  seeAlso: ["customers remove", "verify"],
});
