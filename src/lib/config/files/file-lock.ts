import { rm, stat } from "node:fs/promises";
import type { DatabaseSync } from "node:sqlite";
import { retry } from "../../concurrency/retry.ts";
import { fileExists } from "./file-exists.ts";

export type FileLock = Disposable & {
  /** Runs the work while no other process holds the lock. */
  hold<T>(work: () => Promise<T>): Promise<T>;
};

/** SQLite's code for a lock that another connection holds (SQLITE_BUSY). */
const busy = 5;
/** SQLite's code for an error of the disk (SQLITE_IOERR), in the lower byte. A file that was removed after it was opened gives it, too. */
const diskError = 10;
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

export const isBusy = (error: unknown): boolean => sqliteCode(error) === busy;

const isDiskError = (error: unknown): boolean => ((sqliteCode(error) ?? 0) & 0xff) === diskError;

const sqliteCode = (error: unknown): number | undefined =>
  error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode : undefined;

/** A lock that is held until it is released, or until the process ends. */
export type HeldLock = { release(): Promise<void> };

/**
 * Takes a lock for a whole piece of work, and removes its file at the end. The file is removed while the lock is held, so a process that
 * waited may get the lock of a file that is gone: it opens the file again. Throws as `openFileLock` and `hold` do.
 */
export async function takeFileLock(path: string, patience: number): Promise<HeldLock> {
  const end = performance.now() + patience;
  for (;;) {
    // A file that this call creates is not known to be the one that others see.
    const before = await fileId(path);
    const held = await openFileLock(path, patience)
      .then(holdUntilReleased)
      .catch(async (error: unknown) => {
        const isRemoved = before === undefined ? isDiskError(error) : before !== (await fileId(path));
        if (isBusy(error) || !isRemoved || performance.now() > end) throw error;
      });
    if (held === undefined) continue;
    if (before !== undefined && before === (await fileId(path)))
      return {
        release: async () => {
          const failed = await rm(path, { force: true }).catch((error: NodeJS.ErrnoException) => error.code);
          await held.release();
          // Windows removes no file that a process has open.
          if (failed === "EBUSY" || failed === "EPERM") await rm(path, { force: true }).catch(() => {});
        },
      };
    await held.release();
  }
}

/** Takes a lock for a whole piece of work, and keeps its file, which says that there was one. Throws as `takeFileLock` does. */
export const keepFileLock = async (path: string, patience: number): Promise<HeldLock> =>
  holdUntilReleased(await openFileLock(path, patience));

/**
 * Without opening the file: closing it would release the locks that this process has on it. A new file often has the number of the
 * one that was removed.
 */
async function fileId(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return found && `${found.dev}:${found.ino}:${found.birthtimeNs}`;
}

async function holdUntilReleased(lock: FileLock): Promise<HeldLock> {
  const taken = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const holding = lock.hold(async () => {
    taken.resolve();
    await released.promise;
  });
  holding.catch((error: unknown) => {
    lock[Symbol.dispose]();
    taken.reject(error);
  });
  await taken.promise;
  return {
    release: async () => {
      released.resolve();
      await holding;
      lock[Symbol.dispose]();
    },
  };
}

/** Whether a process holds the lock. Any number of processes can check at the same time. False where the file does not exist. */
export async function isFileLockHeld(path: string): Promise<boolean> {
  if (!(await fileExists(path))) return false;
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(path, { readOnly: true, timeout: 0 });
  try {
    // Reading is refused while the lock is held.
    database.prepare("SELECT 1 FROM sqlite_master").get();
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  } finally {
    database.close();
  }
}
