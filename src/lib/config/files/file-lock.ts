import type { DatabaseSync } from "node:sqlite";
import { retry } from "../../concurrency/retry.ts";

export type FileLock = Disposable & {
  /** Runs the work while no other process holds the lock. */
  hold<T>(work: () => Promise<T>): Promise<T>;
};

/** SQLite's code for a lock that another connection holds (SQLITE_BUSY). */
const busy = 5;
const pauses = { first: 2, longest: 100, factor: 1.5, jitter: 0.5 };

/**
 * A lock between processes. Node has no such lock of its own, and a lock file that only exists stays behind when its owner is
 * killed. SQLite locks a file through the operating system, which releases the lock when its process ends. The file stays empty.
 * Throws when the file cannot be created, and after `patience` milliseconds when another process keeps the lock.
 */
export async function openFileLock(path: string, patience = 30_000): Promise<FileLock> {
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(path, { timeout: 0 });
  let previous: Promise<unknown> = Promise.resolve();
  const take = async () => {
    const end = performance.now() + patience;
    await retry(async () => database.exec("BEGIN EXCLUSIVE"), {
      backoff: pauses,
      shouldRetry: (error, _attempt, pause) => isBusy(error) && performance.now() + pause < end,
    });
  };
  const holdNow = async <T>(work: () => Promise<T>): Promise<T> => {
    await take();
    try {
      return await work();
    } finally {
      release(database);
    }
  };
  return {
    hold: (work) => {
      const held = previous.then(() => holdNow(work));
      previous = held.catch(() => {});
      return held;
    },
    [Symbol.dispose]: () => database.close(),
  };
}

/** Without a change, so that nothing is written to the file. */
const release = (database: DatabaseSync) => database.exec("ROLLBACK");

export const isBusy = (error: unknown): boolean =>
  error instanceof Error && "errcode" in error && error.errcode === busy;
