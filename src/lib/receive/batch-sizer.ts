import type { LockedMessage } from "../ports/azure-services.ts";

/** A batch that was processed in this time may be followed by one of twice its size. */
const quicklyMilliseconds = 1_000;
/** The most bytes of a batch; one message may have up to 100 MB. */
const bytesAtMost = 2 * 1024 ** 2;

/**
 * How many messages to lock at a time. Each batch costs a round trip, so batches grow while messages are small and processed
 * quickly. Otherwise they have the first size again, so that no message stays locked for long.
 */
export function createBatchSizer(first: number, most = first) {
  let size = first;
  return {
    next: () => size,
    learn: (batch: readonly LockedMessage[], milliseconds: number) => {
      if (batch.length < size) return;
      const bytes = batch.reduce((sum, { message }) => sum + message.bare.length, 0);
      const isEasy = milliseconds < quicklyMilliseconds && 2 * bytes < bytesAtMost;
      size = isEasy ? Math.min(2 * size, most) : first;
    },
  };
}
