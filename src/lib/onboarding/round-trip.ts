import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../cli/context.ts";
import type { Inbox } from "../cloud.ts";
import { type Customer, type Provenance, provenance } from "../tenancy/customer.ts";
import { ping } from "../tenancy/ping.ts";

export type RoundTrip = { readonly type: "round-trip" } & Provenance & {
    readonly commandId: string;
    /** Unanswered is no failure: the Customer's worker need not run yet. */
    readonly outcome: "answered" | "unanswered";
    readonly waitedMilliseconds: number;
  };

export const defaultRoundTripMilliseconds = 5_000;

const firstPause = 100;
const longestPause = 1_000;
/** As many as one peek can give (Service Bus, message browsing). */
const page = 250;

/**
 * Sends a command that asks for nothing and looks for its status without taking anything: both queues are as before when the
 * ping and its status have expired. A second run is a second ping, and nothing else.
 */
export async function* roundTrip(
  { cloud, log, signal }: Context,
  customer: Customer,
  milliseconds: number,
): AsyncGenerator<RoundTrip> {
  await using mailbox = await cloud.providerMailbox(customer);
  const [outbox, inbox] = await Promise.all([mailbox.outbox(), mailbox.inbox()]);
  const commandId = `ping-${randomUUID()}`;
  const start = performance.now();
  await outbox.send(ping(commandId, milliseconds));
  log.info(`sent a ping; waiting up to ${Math.ceil(milliseconds / 1000)} s for ${customer.name}'s worker`);
  const arrived = statusArrival(inbox, commandId);
  let outcome: RoundTrip["outcome"] = "unanswered";
  for (let pause = firstPause; outcome === "unanswered"; pause = Math.min(pause * 1.5, longestPause)) {
    const left = milliseconds - (performance.now() - start);
    if (await arrived()) outcome = "answered";
    else if (left <= 0) break;
    else await sleep(Math.min(pause, left), undefined, { signal });
  }
  const waitedMilliseconds = Math.round(performance.now() - start);
  yield { type: "round-trip", ...provenance(customer, "status"), commandId, outcome, waitedMilliseconds };
}

/** Whether a status of this command has come since the last look; each message in the queue is looked at once. */
function statusArrival(inbox: Inbox, commandId: string): () => Promise<boolean> {
  let next: bigint | undefined;
  return async () => {
    for (;;) {
      const seen = await inbox.peek(page, next);
      if (seen.some(({ correlationId }) => correlationId === commandId)) return true;
      const last = seen.at(-1);
      if (last === undefined) return false;
      next = last.sequenceNumber + 1n;
      if (seen.length < page) return false;
    }
  };
}
