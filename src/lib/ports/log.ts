/** Where a use case reports progress: never data, never secrets. */
export type Log = {
  /** What a person must read to go on, such as a code to type elsewhere; never silent. */
  readonly ask: (line: string) => void;
  /** Progress and notices. */
  readonly info: (line: string) => void;
  /** What was chosen and why. */
  readonly debug: (line: string) => void;
  /** Whether the operator wants no progress. */
  readonly quiet?: boolean;
};
