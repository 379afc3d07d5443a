import { randomUUID } from "node:crypto";
import { type Customer, type Provenance, provenanceOf } from "../domain/customer.ts";
import type { Incoming } from "../domain/message.ts";
import { ping } from "../domain/ping.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import { waitForMessage } from "../send/wait-for-message.ts";

export type RoundTrip = { readonly type: "round-trip" } & Provenance & {
    readonly commandId: string;
    /** A ping without an answer is not a failure, because the customer's worker may not run yet. */
    readonly outcome: "answered" | "unanswered";
    readonly waitedMilliseconds: number;
  };

export const defaultRoundTripMilliseconds = 5_000;

/**
 * Sends a ping and peeks for its status, without receiving anything. When the ping and its status have expired, both queues are
 * unchanged. A repetition only sends another ping.
 */
export async function* runRoundTrip(
  { azure, log, signal }: Pick<UseCaseContext, "azure" | "log" | "signal">,
  customer: Customer,
  milliseconds: number,
): AsyncGenerator<RoundTrip> {
  await using connection = await azure.connectAsProvider(customer);
  const [sender, receiver] = await Promise.all([connection.sender(), connection.receiver()]);
  const commandId = `ping-${randomUUID()}`;
  const start = performance.now();
  await sender.send(ping(commandId, milliseconds));
  log.info(`sent a ping; waiting up to ${Math.ceil(milliseconds / 1000)} s for ${customer.name}'s worker`);
  const isWanted = ({ correlationId }: Incoming) => correlationId === commandId;
  const status = await waitForMessage(receiver, { milliseconds, signal, isWanted });
  const outcome = status === undefined ? "unanswered" : "answered";
  const waitedMilliseconds = Math.round(performance.now() - start);
  yield { type: "round-trip", ...provenanceOf(customer, "status"), commandId, outcome, waitedMilliseconds };
}
