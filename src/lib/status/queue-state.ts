import { type Customer, type QueueRole, queueOf } from "../domain/customer.ts";
import type { Incoming } from "../domain/message.ts";
import { isBeyondLeastPrivilege } from "../domain/role-access.ts";
import { expectedFailure, Failure } from "../errors/failure.ts";
import type { AzureServices, NamespaceConnection } from "../ports/azure-services.ts";
import type { Log } from "../ports/log.ts";
import { peekAll } from "../receive/peek-queue.ts";
import type { QueueState } from "./customer-state.ts";

/** Peeking every message is slow. An overview only needs to show that there are many. */
const countedAtMost = 1_000;

type Looking = {
  readonly role: QueueRole;
  readonly signal: AbortSignal;
  /** Gets the reason for which messages are peeked at and not counted. */
  readonly log?: Pick<Log, "debug">;
};

/** The counts are requested while the connection opens. Counts from the namespace, otherwise from peeking each message, otherwise unknown. */
export async function inspectQueue(
  azure: AzureServices,
  connecting: Promise<NamespaceConnection>,
  customer: Customer,
  { role, signal, log }: Looking,
): Promise<QueueState> {
  const queue = queueOf(customer, role);
  const peek = () => connecting.then((connection) => peekedDepths(connection, role, signal)).catch(expectedFailure);
  // Least privilege may not count (that needs Manage), so that the refusal need not be waited for.
  const early = customer.access === "least-privilege" ? peek() : undefined;
  early?.catch(() => {});
  const counted = await azure.countMessages(customer, role).catch(expectedFailure);
  if (!(counted instanceof Failure)) {
    const deferred = counted.active === 0 ? 0 : await peekDeferred(connecting, role);
    return { queue, counts: "administration", ...counted, ...(deferred > 0 ? { deferred } : {}) };
  }
  log?.debug(`${customer.name}: ${queue} is peeked at, because its messages cannot be counted (${counted.code})`);
  const peeked = await (early ?? peek());
  if (!(peeked instanceof Failure)) return { queue, counts: "peek", ...peeked };
  const isIntended = peeked.code === "UnauthorizedAccess" && isBeyondLeastPrivilege(customer, "Listen", role);
  return { queue, counts: "unknown", ...(isIntended ? { reason: "no-listen-role" } : {}) };
}

/** The namespace counts deferred messages among the active ones. */
const peekedForDeferred = 100;

/** How many of the first messages are deferred. What cannot be peeked is reported by the check of the claim. */
async function peekDeferred(connecting: Promise<NamespaceConnection>, role: QueueRole): Promise<number> {
  const seen = await connecting
    .then((connection) => connection.receiver(role))
    .then((receiver) => receiver.peek(peekedForDeferred))
    .catch(expectedFailure);
  return seen instanceof Failure ? 0 : seen.filter(({ state }) => state === "deferred").length;
}

async function peekedDepths(connection: NamespaceConnection, role: QueueRole, signal: AbortSignal) {
  const [main, dead] = await Promise.all([
    connection.receiver(role).then((receiver) => tally(peekAll(receiver, { signal }))),
    connection.deadLetters(role).then((receiver) => tally(peekAll(receiver, { signal }))),
  ]);
  return {
    active: main.seen - main.scheduled,
    scheduled: main.scheduled,
    ...(main.deferred > 0 ? { deferred: main.deferred } : {}),
    deadLetter: dead.seen,
    atLeast: main.seen >= countedAtMost || dead.seen >= countedAtMost,
  };
}

async function tally(messages: AsyncIterable<Incoming>) {
  let [seen, scheduled, deferred] = [0, 0, 0];
  for await (const { state } of messages) {
    seen += 1;
    if (state === "scheduled") scheduled += 1;
    if (state === "deferred") deferred += 1;
    if (seen >= countedAtMost) break;
  }
  return { seen, scheduled, deferred };
}
