import type { ReceiveRecord } from "./receive-record.ts";

/**
 * Records that are handed over together. Nothing happens to their messages until the consumer says what became of the records:
 * a consumer that prefetches, buffers or stops loses none. Leaving the iteration releases unacknowledged records.
 */
export type ReceiveBatch = {
  readonly records: readonly ReceiveRecord[];
  /**
   * The records are safe: completes their messages. Resolves when the completion is queued; the iteration ends after the
   * completion has. Repeating it does nothing. Rejects with Failure "unavailable" MessageLockLost after the batch was released.
   */
  acknowledge(): Promise<void>;
  /**
   * The records are not wanted: their messages are delivered again, after the drain or, in a tail, after a pause. A message that
   * was delivered too often ends the customer's iteration, before it becomes a dead letter. Repeating it does nothing.
   */
  release(): Promise<void>;
};

/** A batch without messages to settle: information, or the result of a sink, which has settled the message. */
export const informationBatch = (...records: readonly ReceiveRecord[]): ReceiveBatch => ({
  records,
  acknowledge: async () => {},
  release: async () => {},
});
