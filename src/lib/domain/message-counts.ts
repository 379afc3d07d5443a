/** How many messages a queue holds, told apart by what becomes of them. */
export type MessageCounts = {
  readonly active: number;
  readonly deadLetter: number;
  readonly scheduled: number;
};
