/** How many messages a queue holds, told apart by what becomes of them. */
export type Depths = {
  readonly active: number;
  readonly deadLetter: number;
  readonly scheduled: number;
};
