import type { Incoming } from "../domain/message.ts";
import type { Receiver } from "../ports/azure-services.ts";

export type PeekQueueOptions = {
  /** The first sequence number that is of interest. */
  readonly from?: bigint;
  /** Messages that came before are passed over. */
  readonly since?: Date;
  readonly signal: AbortSignal;
};

/** As many as the service gives at a time (Service Bus quotas). */
const pageSize = 250;

/** Every message of a queue in order of sequence number, locked by nobody and counted as no delivery. */
export async function* peekAll(
  receiver: Receiver,
  { from = 0n, since, signal }: PeekQueueOptions,
): AsyncGenerator<Incoming> {
  for (let next = from; !signal.aborted; ) {
    const page = await receiver.peek(pageSize, next);
    for (const message of page) if (since === undefined || message.enqueuedAt >= since) yield message;
    const last = page.at(-1);
    if (last === undefined) return;
    next = last.sequenceNumber + 1n;
  }
}

/** The last so many of a stream. The service cannot be asked from the end: everything before them is looked at, too. */
export async function* peekLast<T>(stream: AsyncIterable<T>, count: number): AsyncGenerator<T> {
  const ring: T[] = [];
  let seen = 0;
  for await (const item of stream) ring[seen++ % count] = item;
  for (let index = Math.max(0, seen - count); index < seen; index++) {
    const item = ring[index % count];
    if (item !== undefined) yield item;
  }
}
