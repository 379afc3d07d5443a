/** What a queue holds now, as ARM's `countDetails` reports it. */
export type QueueCounts = {
  readonly active: number;
  readonly deadLetter: number;
  /** What could not be forwarded. */
  readonly transferDeadLetter: number;
  readonly scheduled: number;
  readonly sizeBytes: number;
};

/** All messages together, as Service Bus counts them. */
export const messageCount = ({ active, deadLetter, transferDeadLetter, scheduled }: QueueCounts): number =>
  active + deadLetter + transferDeadLetter + scheduled;
