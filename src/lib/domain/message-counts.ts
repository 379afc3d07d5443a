/** How many messages a queue holds, by their state. */
export type MessageCounts = {
  /** Also the deferred ones, as Service Bus counts them. */
  readonly active: number;
  readonly deadLetter: number;
  readonly scheduled: number;
};
