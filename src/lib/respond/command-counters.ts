/** Who counts the commands: how many are in hand, how many were answered, how many went back. */
export type CommandCounters = {
  /** How many more may be begun, as far as the number wanted goes. */
  readonly left: () => number;
  readonly inHand: () => number;
  /** Grows with each command that was given back, and so will come again. */
  readonly returned: () => number;
  begin(): void;
  end(outcome: "answered" | "returned"): void;
  /** Resolves when the next one in hand has ended. */
  change(): Promise<void>;
};

/** Only a command that was answered counts against the number wanted. */
export function createCommandCounters(max = Number.POSITIVE_INFINITY): CommandCounters {
  const counts = { inHand: 0, answered: 0, returned: 0 };
  let changed = Promise.withResolvers<void>();
  return {
    left: () => max - counts.answered - counts.inHand,
    inHand: () => counts.inHand,
    returned: () => counts.returned,
    begin: () => {
      counts.inHand += 1;
    },
    end: (outcome) => {
      counts.inHand -= 1;
      counts[outcome] += 1;
      changed.resolve();
      changed = Promise.withResolvers();
    },
    change: () => changed.promise,
  };
}
