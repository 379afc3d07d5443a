import type { LockedMessage } from "../ports/azure-services.ts";

/** A batch that was taken in this time may be followed by one of twice its size: locks last for 30 s at the least. */
const quicklyMilliseconds = 1_000;
/** What a batch may weigh; the service takes messages of up to 100 MB. */
const bytesAtMost = 2 * 1024 ** 2;

/**
 * How many messages to lock at a time: more and more of them while they are small and whoever takes them is quick, because
 * each batch costs a round trip; the first number again as soon as they would lie locked for long.
 */
export function createBatchSizer(first: number, most = first) {
  let size = first;
  return {
    next: () => size,
    learn: (batch: readonly LockedMessage[], milliseconds: number) => {
      if (batch.length < size) return;
      const bytes = batch.reduce((sum, { message }) => sum + weightOf(message.body), 0);
      const isEasy = milliseconds < quicklyMilliseconds && 2 * bytes < bytesAtMost;
      size = isEasy ? Math.min(2 * size, most) : first;
    },
  };
}

/** What is neither bytes nor text may be of any size. */
const weightOf = (body: unknown): number =>
  typeof body === "string" || body instanceof Uint8Array ? body.length : bytesAtMost;
