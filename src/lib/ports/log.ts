/** Where a use case reports progress: never data, never secrets. */
export type Log = {
  /** Text that a person must read to continue, such as a code to enter. It is never silenced. */
  readonly ask: (line: string) => void;
  /** Progress and notices. */
  readonly info: (line: string) => void;
  /** Decisions and their reasons. */
  readonly debug: (line: string) => void;
  /** Whether the operator wants no progress. */
  readonly quiet?: boolean;
};
