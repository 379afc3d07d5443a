import type { Context } from "../../cli/context.ts";
import { within } from "../concurrency/timeout.ts";
import { type Customer, type QueueRole, queueOf } from "../domain/customer.ts";
import { expectedFailure, Failure, failureRecord } from "../errors/failure.ts";
import { roundTrip } from "../onboarding/round-trip.ts";
import type { Mailbox } from "../ports/azure-services.ts";
import type { ClaimState, CustomerState, Seen } from "./customer-state.ts";
import { depthsSeen } from "./queue-state.ts";

export type Looking = {
  readonly credentialDaysLeft: number | null;
  /** How long to wait for the Customer's worker to answer a ping; undefined sends none. */
  readonly pingMilliseconds: number | undefined;
  readonly timeoutMilliseconds: number;
};

type Needs = Pick<Context, "cloud" | "log" | "signal">;
type Found = Omit<Seen, "type" | "at" | "customer" | "tenantId" | "namespace" | "credentialDaysLeft">;

/** All that can be seen of one Customer. It throws nothing that a Customer can cause: what failed stands among the errors. */
export async function look(needs: Needs, customer: Customer, looking: Looking): Promise<Seen> {
  const { credentialDaysLeft, timeoutMilliseconds } = looking;
  const found = await within(customer.name, timeoutMilliseconds, find(needs, customer, looking)).catch(
    (error: unknown): Found => ({ ...nothing(customer), errors: [failureRecord(expectedFailure(error))] }),
  );
  const { name, tenantId, namespace } = customer;
  const at = new Date().toISOString();
  return { type: "customer", at, customer: name, tenantId, namespace, credentialDaysLeft, ...found };
}

async function find(needs: Needs, customer: Customer, { pingMilliseconds }: Looking): Promise<Found> {
  const { cloud, signal } = needs;
  const signedIn = await cloud.signIn(customer).catch(expectedFailure);
  if (signedIn instanceof Failure) {
    const consent = signedIn.kind === "auth" ? "refused" : "unknown";
    return { ...nothing(customer), consent, errors: [failureRecord(signedIn)] };
  }
  await using mailbox = await cloud.providerMailbox(customer);
  const depths = (role: QueueRole) => depthsSeen(cloud, mailbox, customer, { role, signal });
  const [send, oldest, commands, statuses] = await Promise.all([
    outcomeOf(mailbox.outbox().then((outbox) => outbox.probe())),
    outcomeOf(oldestStatus(mailbox)),
    depths("command"),
    depths("status"),
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
    oldestStatusAt: oldest instanceof Date ? oldest.toISOString() : null,
    ...(pinged === undefined || pinged instanceof Failure ? {} : { roundTrip: pinged }),
    errors: failures.map(failureRecord),
  };
}

const nothing = (customer: Customer): Found => ({
  consent: "unknown",
  claims: { send: "unknown", listen: "unknown" },
  commands: { queue: queueOf(customer, "command"), counts: "unknown" },
  statuses: { queue: queueOf(customer, "status"), counts: "unknown" },
  oldestStatusAt: null,
  errors: [],
});

/** As many as may stand before the oldest one that waits: scheduled and deferred messages keep their places. */
const lookedThrough = 32;

/** Looking at the queue also proves the Listen claim. */
async function oldestStatus(mailbox: Mailbox): Promise<Date | undefined> {
  const messages = await (await mailbox.inbox()).peek(lookedThrough);
  return messages.find(({ state }) => state === "active")?.enqueuedAt;
}

/** A link that is refused for its role says so; one that fails otherwise proves neither. */
const claim = (outcome: unknown): ClaimState =>
  !(outcome instanceof Failure) ? "held" : outcome.code === "UnauthorizedAccess" ? "refused" : "unknown";

const outcomeOf = <T>(work: Promise<T>): Promise<T | Failure> => work.catch(expectedFailure);

async function ping(needs: Needs, customer: Customer, milliseconds: number) {
  const quiet = { ...needs, log: { ...needs.log, info: needs.log.debug } };
  for await (const { outcome, waitedMilliseconds } of roundTrip(quiet, customer, milliseconds))
    return { outcome, milliseconds: waitedMilliseconds } satisfies CustomerState["roundTrip"];
  throw new Failure("timeout", `${customer.name} was not pinged`, {
    code: "NotPinged",
    hint: `xtenant verify ${customer.name}`,
  });
}
