import type { Config } from "../config/config.ts";
import type { Customer } from "../domain/customer.ts";
import { type Check, checksOf, failed, passed, runChecks } from "../domain/onboarding-checks.ts";
import type { Transport } from "../domain/transport.ts";
import { expectedFailure, Failure } from "../errors/failure.ts";
import type { AzureServices, NamespaceConnection } from "../ports/azure-services.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";

/** `transport` is absent where no token let it be tried. */
export type CheckedCustomer = { readonly transport?: Transport; readonly checks: readonly Check[] };

/**
 * Checks every step from the config to the claims of one customer. It changes, sends and locks nothing. `warning` is for the
 * credential.
 */
export async function checkCustomer(
  { azure }: Pick<UseCaseContext, "azure">,
  { file }: Pick<Config, "file">,
  customer: Customer,
  warning: Promise<string | undefined>,
): Promise<CheckedCustomer> {
  const { links, ...way } = await inspectLinks(azure, customer, warning);
  return { ...way, checks: runChecks([passed("config", file), ...links]) };
}

type InspectedLinks = { readonly transport?: Transport; readonly links: readonly Check[] };

async function inspectLinks(
  azure: AzureServices,
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
