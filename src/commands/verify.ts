import { defineCommand } from "../cli/command/define-command.ts";
import type { Context } from "../cli/context.ts";
import { customersOrAllArgument, selectionOptions } from "../cli/options/customer-options.ts";
import { warnBeforeOption } from "../cli/options/warn-before-option.ts";
import { wrapText, wrapToPage } from "../cli/output/wrap-text.ts";
import { expiryWarning } from "../cli/remedies/next-commands.ts";
import { remedyOf } from "../cli/remedies/remedies.ts";
import type { FailureOf, View } from "../cli/run-command.ts";
import { expiresSoon, expiryWarningDays } from "../lib/app-registration/credential-expiry.ts";
import { forEachCustomer } from "../lib/concurrency/for-each-customer.ts";
import type { ConfiguredCustomer } from "../lib/config/config.ts";
import { type Selection, selectOrAll } from "../lib/config/select-customers.ts";
import type { Customer, CustomerName } from "../lib/domain/customer.ts";
import { type Check, checksOf, failed, passed, runChecks } from "../lib/domain/onboarding-checks.ts";
import { plainLine } from "../lib/domain/plain-text.ts";
import type { Transport } from "../lib/domain/transport.ts";
import { expectedFailure, Failure, failureFromRecord } from "../lib/errors/failure.ts";
import { type AccessDrift, accessDriftOf } from "../lib/onboarding/access-drift.ts";
import type { NamespaceConnection } from "../lib/ports/azure-services.ts";

export type Verified = {
  readonly customer: string;
  readonly tenantId: string;
  readonly namespace: string;
  readonly ok: boolean;
  /** How the namespace was reached; absent where no token let it be tried. */
  readonly transport?: Transport;
  readonly checks: readonly Check[];
} & Partial<AccessDrift>;

type Options = Omit<Selection, "names"> & {
  readonly drift?: true;
  readonly warnBefore?: number;
};

/** Checks every step of the chain for each customer; changes nothing, sends nothing, locks nothing. */
export async function* verify(
  context: Context,
  customers: readonly CustomerName[],
  { drift, warnBefore = expiryWarningDays, all, tag }: Options,
): AsyncGenerator<Verified> {
  const config = await context.config.read();
  const warning = expiresSoon(context, config, warnBefore).then((expiry) => expiry && expiryWarning(expiry));
  const selected = selectOrAll(config, { names: customers, all, tag });
  yield* forEachCustomer(selected, (customer) => verifyOne(customer), { signal: context.signal, order: "customers" });

  async function* verifyOne(customer: ConfiguredCustomer): AsyncGenerator<Verified> {
    const { links, ...way } = await inspectLinks(context, customer, warning);
    const checks = runChecks([passed("config", config.file), ...links]);
    const compared = drift ? await accessDriftOf(context, config, customer) : undefined;
    const { name, tenantId, namespace } = customer;
    const { excess = [], driftUnknown } = compared ?? {};
    const ok = checks.every(({ outcome }) => outcome === "passed") && excess.length === 0 && !driftUnknown;
    yield { customer: name, tenantId, namespace, ok, ...way, checks, ...compared };
  }
}

type InspectedLinks = { readonly transport?: Transport; readonly links: readonly Check[] };

async function inspectLinks(
  { azure }: Context,
  customer: Customer,
  warning: Promise<string | undefined>,
): Promise<InspectedLinks> {
  const connecting = outcomeOf(azure.connectAsProvider(customer));
  const signedIn = await outcomeOf(azure.signIn(customer));
  const connected = await connecting;
  await using connection = connected instanceof Failure ? undefined : connected;
  if (signedIn instanceof Failure) return { links: [failed("token", signedIn)] };
  if (connection === undefined) throw connected;
  const { credential, objectId, expiresAt } = signedIn;
  const probed = probeQueues(connection, customer);
  const links = [
    passed("token", `by ${credential}, until ${expiresAt.toISOString()}`, await warning),
    passed("service principal", objectId),
    ...(await probed),
  ];
  return { transport: connection.transport, links };
}

async function probeQueues(
  connection: NamespaceConnection,
  { commandQueue, statusQueue }: Customer,
): Promise<readonly Check[]> {
  const [send, listen] = await Promise.all([
    outcomeOf(connection.sender().then((sender) => sender.probe())),
    outcomeOf(connection.probeReceiver()),
  ]);
  return [
    ...checksOf({
      queueCheck: "command queue",
      claimCheck: "Send claim",
      queue: commandQueue,
      failure: failureIn(send),
    }),
    ...checksOf({
      queueCheck: "status queue",
      claimCheck: "Listen claim",
      queue: statusQueue,
      failure: failureIn(listen),
    }),
  ];
}

/** A failure as a value; a bug still ends the command. */
const outcomeOf = <T>(work: Promise<T>): Promise<T | Failure> => work.catch(expectedFailure);

/** A queue with sessions is received session by session: its refusal of another receiver proves the claim. */
const failureIn = (outcome: unknown) =>
  outcome instanceof Failure && outcome.code !== "SessionRequired" ? outcome : undefined;

const failureOf: FailureOf<Verified> = ({ customer, checks, excess = [], driftUnknown }) => {
  const broken = checks.find((check) => check.outcome === "failed");
  if (broken) {
    return failureFromRecord(broken.error).with({ message: `${customer}: ${broken.check} failed` });
  }
  if (driftUnknown) {
    const failure = failureFromRecord(driftUnknown);
    return failure.with({ message: `${customer}: drift is unknown: ${failure.message}` });
  }
  return excess.length === 0
    ? undefined
    : new Failure("RoleDrift", `${customer}: the app has ${excess.length} role(s) that the config does not ask for`);
};

export const view: View<Verified> = (
  { customer, tenantId, namespace, transport, checks, excess = [], missing, driftUnknown },
  { bold, green, yellow, red, dim },
  page,
) => {
  const signs = { passed: green("✓"), failed: red("✗"), skipped: dim("–") };
  const width = Math.max(...checks.map(({ check }) => check.length));
  const left = width + 6;
  const beside = (text: string) => wrapText(text, Math.max(20, (page?.columns ?? 1e9) - left), " ".repeat(left));
  const lines = checks.flatMap((check) => [
    `  ${signs[check.outcome]} ${check.check.padEnd(width)}  ${beside(plainLine(check.detail))}`,
    ...(check.outcome === "passed" && check.warning
      ? [`    ${"".padEnd(width)}  ${beside(`${yellow("warning")}  ${plainLine(check.warning)}`)}`]
      : []),
    ...(check.outcome === "failed"
      ? [`    ${"".padEnd(width)}  ${dim("next")}  ${plainLine(remedyOf(check.error))}`]
      : []),
  ]);
  const beyond = excess.map(
    ({ role, scope }) => `  ${red("✗")} ${"drift".padEnd(width)}  ${beside(`${role} at ${plainLine(scope)}`)}`,
  );
  const refused = checks.some(({ check, outcome }) => outcome === "failed" && check.endsWith(" claim"));
  const notHeld = (missing ?? []).map(
    ({ role, scope }) =>
      `  ${dim("–")} ${"drift".padEnd(width)}  ${beside(`not granted: ${role} at ${plainLine(scope)}`)}`,
  );
  const onItsWay =
    refused && missing?.length === 0 && !driftUnknown
      ? [
          `  ${dim("–")} ${"drift".padEnd(width)}  ${beside("every role is assigned: the claim is on its way, up to 10 minutes")}`,
        ]
      : [];
  const unknown = driftUnknown
    ? [`  ${red("✗")} ${"drift".padEnd(width)}  ${beside(`not looked for: ${plainLine(driftUnknown.message)}`)}`]
    : [];
  const head = `${bold(customer)}  ${dim(`tenant ${tenantId}, ${namespace}${transport === "websocket" ? " over WebSocket" : ""}`)}`;
  return [wrapToPage(head, page), ...lines, ...beyond, ...notHeld, ...onItsWay, ...unknown].join("\n");
};

export const verifyCommand = defineCommand({
  name: "verify",
  description:
    "Diagnose every step from the config to the claims, and show the remedy for every failed step. Read-only: it changes, sends and locks nothing.",
  arguments: customersOrAllArgument,
  options: {
    ...selectionOptions,
    drift: {
      flags: "--drift",
      description: "also compare, as the customer's administrator, the roles of the app with the config",
    },
    warnBefore: warnBeforeOption,
  },
  run: (context, { customers }, options) => verify(context, customers, options),
  render: view,
  failureOf,
  examples: [
    { line: "xtenant verify acme", what: "diagnose one customer, step by step" },
    { line: "xtenant verify acme,fabrikam --json", what: "diagnose two customers, as JSON" },
    { line: "xtenant verify --drift", what: "diagnose all customers, and find roles that the config does not want" },
  ],
  seeAlso: ["whoami", "onboard", "grant"],
});
