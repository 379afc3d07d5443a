/** How many messages a queue holds, by their state. */
export type MessageCounts = {
  readonly active: number;
  readonly deadLetter: number;
  readonly scheduled: number;
};
