import type { Incoming } from "../domain/message.ts";
import type { Receiver } from "../ports/azure-services.ts";

export type PeekQueueOptions = {
  /** The sequence number to start from. */
  readonly from?: bigint;
  /** Messages of the first request, for a caller that may stop after it. */
  readonly firstPage?: number;
  /** Earlier messages are left out. */
  readonly since?: Date;
  readonly signal: AbortSignal;
};

/** The most messages of one peek (Service Bus quotas). One can have fewer, although more follow: only an empty one is the end. */
const pageSize = 250;

/** Peeks at every message of a queue in the order of sequence numbers: none is locked, and no delivery is counted. */
export async function* peekAll(
  receiver: Pick<Receiver, "peek">,
  { from = 0n, since, firstPage = pageSize, signal }: PeekQueueOptions,
): AsyncGenerator<Incoming> {
  let size = firstPage;
  for (let next = from; !signal.aborted; size = pageSize) {
    const page = await receiver.peek(size, next);
    for (const message of page) if (since === undefined || message.enqueuedAt >= since) yield message;
    const last = page.at(-1);
    if (last === undefined) return;
    next = last.sequenceNumber + 1n;
  }
}

/** The last items of a stream. The service has no peek from the end, so all items before them are read, too. */
export async function* peekLast<T>(stream: AsyncIterable<T>, count: number): AsyncGenerator<T> {
  const ring: T[] = [];
  let seen = 0;
  for await (const item of stream) ring[seen++ % count] = item;
  for (let index = Math.max(0, seen - count); index < seen; index++) {
    const item = ring[index % count];
    if (item !== undefined) yield item;
  }
}
