import { withTimeout } from "../concurrency/timeout.ts";
import { type Customer, type QueueRole, queueOf } from "../domain/customer.ts";
import { expectedFailure, Failure, failureRecord } from "../errors/failure.ts";
import { runRoundTrip } from "../onboarding/round-trip.ts";
import type { NamespaceConnection } from "../ports/azure-services.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import type { ClaimState, CustomerState, Observation } from "./customer-state.ts";
import { inspectQueue } from "./queue-state.ts";

export type InspectOptions = {
  readonly credentialDaysLeft: Promise<number | undefined>;
  /** How long to wait for the customer's worker to answer a ping; undefined sends none. */
  readonly pingMilliseconds: number | undefined;
  readonly timeoutMilliseconds: number;
};

type Needs = Pick<UseCaseContext, "azure" | "log" | "signal">;
type Found = Omit<Observation, "type" | "at" | "customer" | "tenantId" | "namespace" | "credentialDaysLeft">;

/** Inspects one customer. Failures that a customer can cause are not thrown: they are in the list of errors. */
export async function inspectCustomer(needs: Needs, customer: Customer, looking: InspectOptions): Promise<Observation> {
  const { timeoutMilliseconds } = looking;
  const found = await withTimeout(customer.name, timeoutMilliseconds, find(needs, customer, looking)).catch(
    (error: unknown): Found => ({ ...nothing(customer), errors: [failureRecord(expectedFailure(error))] }),
  );
  const { name, tenantId, namespace } = customer;
  const credentialDaysLeft = await looking.credentialDaysLeft;
  const at = new Date().toISOString();
  return { type: "customer", at, customer: name, tenantId, namespace, credentialDaysLeft, ...found };
}

async function find(needs: Needs, customer: Customer, { pingMilliseconds }: InspectOptions): Promise<Found> {
  const { azure, log, signal } = needs;
  const connecting = azure.connectAsProvider(customer);
  const depths = (role: QueueRole) => inspectQueue(azure, connecting, customer, { role, signal, log });
  const counting = [depths("command"), depths("status")] as const;
  const connected = outcomeOf(connecting);
  const signedIn = await azure.signIn(customer).catch(expectedFailure);
  const opened = await connected;
  await using connection = opened instanceof Failure ? undefined : opened;
  if (signedIn instanceof Failure) {
    const consent = signedIn.kind === "auth" && !signedIn.shared ? "refused" : "unknown";
    return { ...nothing(customer), consent, errors: [failureRecord(signedIn)] };
  }
  if (connection === undefined) throw opened;
  const [send, oldest, commands, statuses] = await Promise.all([
    outcomeOf(connection.sender().then((sender) => sender.probe())),
    outcomeOf(oldestStatus(connection)),
    counting[0],
    counting[1],
  ]);
  const broken = [send, oldest].filter((outcome) => outcome instanceof Failure);
  const pings = pingMilliseconds !== undefined && broken.length === 0;
  const pinged = pings ? await outcomeOf(ping(needs, customer, pingMilliseconds)) : undefined;
  const failures = pinged instanceof Failure ? [...broken, pinged] : broken;
  return {
    consent: "given",
    claims: { send: claim(send), listen: claim(oldest) },
    commands,
    statuses,
    oldestStatusAt: oldest instanceof Date ? oldest.toISOString() : undefined,
    ...(pinged === undefined || pinged instanceof Failure ? {} : { roundTrip: pinged }),
    errors: failures.map(failureRecord),
  };
}

const nothing = (customer: Customer): Found => ({
  consent: "unknown",
  claims: { send: "unknown", listen: "unknown" },
  commands: { queue: queueOf(customer, "command"), counts: "unknown" },
  statuses: { queue: queueOf(customer, "status"), counts: "unknown" },
  errors: [],
});

/** How many messages can precede the oldest active one: scheduled and deferred messages keep their places. */
const lookedThrough = 32;

/** Peeking also proves the Listen claim. */
async function oldestStatus(connection: NamespaceConnection): Promise<Date | undefined> {
  const messages = await (await connection.receiver()).peek(lookedThrough);
  return messages.find(({ state }) => state === "active")?.enqueuedAt;
}

/** A link that is refused for its role proves a missing claim. Another failure proves nothing about the claim. */
const claim = (outcome: unknown): ClaimState =>
  !(outcome instanceof Failure) ? "held" : outcome.code === "UnauthorizedAccess" ? "refused" : "unknown";

const outcomeOf = <T>(work: Promise<T>): Promise<T | Failure> => work.catch(expectedFailure);

async function ping(needs: Needs, customer: Customer, milliseconds: number) {
  const quiet = { ...needs, log: { ...needs.log, info: needs.log.debug } };
  for await (const { outcome, waitedMilliseconds } of runRoundTrip(quiet, customer, milliseconds))
    return { outcome, milliseconds: waitedMilliseconds } satisfies CustomerState["roundTrip"];
  throw new Failure("NotPinged", `${customer.name} was not pinged`, { params: { customer: customer.name } });
}
