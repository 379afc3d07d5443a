/** Counts the commands: those in progress, those that were answered, and those that were abandoned. */
export type CommandCounters = {
  /** How many more commands may begin under the maximum. */
  readonly remaining: () => number;
  readonly inProgress: () => number;
  /** Grows with each command that was abandoned, and so will be delivered again. */
  readonly returned: () => number;
  begin(): void;
  end(outcome: "answered" | "returned"): void;
  /** Resolves when the next command in progress has ended. */
  change(): Promise<void>;
};

/** Only a command that was answered counts towards the maximum. */
export function createCommandCounters(max = Number.POSITIVE_INFINITY): CommandCounters {
  const counts = { inProgress: 0, answered: 0, returned: 0 };
  let changed = Promise.withResolvers<void>();
  return {
    remaining: () => max - counts.answered - counts.inProgress,
    inProgress: () => counts.inProgress,
    returned: () => counts.returned,
    begin: () => {
      counts.inProgress += 1;
    },
    end: (outcome) => {
      counts.inProgress -= 1;
      counts[outcome] += 1;
      changed.resolve();
      changed = Promise.withResolvers();
    },
    change: () => changed.promise,
  };
}
