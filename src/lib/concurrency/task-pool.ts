/** Runs tasks at the same time, a bounded number of them. */
export type TaskPool = {
  /** Resolves when the task has begun. Throws the failure of an earlier task instead of beginning another one. */
  begin(task: () => Promise<void>): Promise<void>;
  /** How many tasks may begin now. */
  free(): number;
  /** Resolves when a task may begin. Throws the failure of an earlier task. */
  ready(): Promise<void>;
  /** Resolves when the tasks that run now have ended. Throws the first failure. */
  finish(): Promise<void>;
};

/** `onFailure` is called once, at the first task that fails. */
export function createTaskPool(places: number, onFailure: () => void = () => {}): TaskPool {
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  const throwFailure = () => {
    if (failure) throw failure.error;
  };
  const fail = (error: unknown) => {
    if (failure) return;
    failure = { error };
    onFailure();
  };
  const ready = async () => {
    while (running.size >= places && !failure) await Promise.race(running);
    throwFailure();
  };
  return {
    ready,
    begin: async (task) => {
      await ready();
      const run = task()
        .catch(fail)
        .finally(() => running.delete(run));
      running.add(run);
    },
    free: () => places - running.size,
    finish: async () => {
      await Promise.all(running);
      throwFailure();
    },
  };
}
