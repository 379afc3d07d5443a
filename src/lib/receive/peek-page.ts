import type { Customer, QueueRole } from "../domain/customer.ts";
import type { Incoming } from "../domain/message.ts";
import type { NamespaceConnection } from "../ports/azure-services.ts";
import { peekAll } from "./peek-queue.ts";
import type { WhereExpression } from "./where-expression.ts";

export type PeekPageOptions = {
  readonly queue: QueueRole;
  readonly isDeadLetter: boolean;
  /** The sequence number to start from. */
  readonly from: bigint;
  /** The most messages of the page. */
  readonly size: number;
  readonly where?: WhereExpression | undefined;
  readonly signal: AbortSignal;
};

export type PeekedPage = {
  readonly messages: readonly Incoming[];
  /** Where the next page begins; absent when there is no further message. */
  readonly next?: bigint;
};

/** One page of a queue or of its dead letters in the order of sequence numbers: none is locked, and no delivery is counted. */
export async function peekPage(
  connection: NamespaceConnection,
  customer: Customer,
  { queue, isDeadLetter, from, size, where, signal }: PeekPageOptions,
): Promise<PeekedPage> {
  const receiver = await (isDeadLetter ? connection.deadLetters(queue) : connection.receiver(queue));
  const messages: Incoming[] = [];
  // With one more message it is known whether there is a next page.
  const firstPage = where === undefined ? { firstPage: size + 1 } : {};
  for await (const message of peekAll(receiver, { from, signal, ...firstPage })) {
    if (where?.(customer, message) === false) continue;
    if (messages.length === size) return { messages, next: message.sequenceNumber };
    messages.push(message);
  }
  return { messages };
}
