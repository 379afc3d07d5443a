/** Counts what a stop should wait for: messages that are locked and not settled, and messages on their way to a queue. */
export type UnfinishedWork = {
  begin(): void;
  end(): void;
  /** Resolves as soon as nothing is under way. */
  finished(): Promise<void>;
};

export function createUnfinishedWork(): UnfinishedWork {
  let count = 0;
  let waiting: (() => void)[] = [];
  return {
    begin: () => {
      count += 1;
    },
    end: () => {
      count -= 1;
      if (count > 0) return;
      for (const resolve of waiting) resolve();
      waiting = [];
    },
    finished: () => (count === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}
