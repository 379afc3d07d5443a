/** The measurements of a run, for the report. */
export type Figures = Readonly<Record<string, number>>;

/** A promise, and a run that tests it with one seed. */
export type Scenario = {
  readonly id: string;
  readonly promise: string;
  /** The expected result, in words. */
  readonly demanded: string;
  /** Seeds in the full set. */
  readonly seeds: number;
  /** A run that takes longer hangs, and counts as broken (default: 150). */
  readonly deadlineSeconds?: number;
  /** Throws when the promise is broken. */
  readonly run: (seed: number) => Promise<Figures>;
};
