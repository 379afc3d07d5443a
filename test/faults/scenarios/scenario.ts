/** What a run measured, for the report. */
export type Figures = Readonly<Record<string, number>>;

/** A promise, and how one seed puts it to the test. */
export type Scenario = {
  readonly id: string;
  readonly promise: string;
  /** What must come out, in words. */
  readonly demanded: string;
  /** Seeds in the full set. */
  readonly seeds: number;
  /** A run that takes longer than this hangs, and counts as broken (default: 150). */
  readonly deadlineSeconds?: number;
  /** Throws when the promise is broken. */
  readonly run: (seed: number) => Promise<Figures>;
};
