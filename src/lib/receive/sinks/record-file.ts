import { fstatSync, type Stats, statSync } from "node:fs";
import { type FileHandle, open, realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type FileLock, isBusy, openFileLock } from "../../config/files/file-lock.ts";
import { syncFolder } from "../../config/files/write-file-atomically.ts";
import { systemErrorText } from "../../domain/system-error.ts";
import { Failure } from "../../errors/failure.ts";

export type RecordFile = AsyncDisposable & {
  /** Resolves when the lines are on the disk; those that wait at the same time are written and synced together. */
  append(...lines: readonly string[]): Promise<void>;
  /** Leaves a file that was moved away, and creates it again. Each append does so, too. */
  reopen(): Promise<void>;
};

type Waiting = {
  readonly lines: readonly string[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

const newline = 0x0a;
const firstReadBack = 64 * 1024;
const readBackAtMost = 16 * 1024 ** 2;

/** How the lines begin that `poll --to-file`, the journals of dead letters, the audit trail and rollouts write. */
const beginnings = ['{"type":"message","customer":"', '{"customer":"', '{"audit":"', '{"rollout":"'];

/** How often a file is opened again for the same lines, when it is moved away each time. */
const reopensAtMost = 10;

/**
 * A file to which lines are appended, by several processes at the same time if need be. Each write holds a lock in a hidden file beside it,
 * `.<name>.lock`. A torn record of ours at the end, left by a crash, is removed: its message was never completed. Any other last line
 * without an end is not ours to change: the file is refused. A file that is moved away or removed is created again.
 *
 * @param openLock for a file on which one process works alone (`lockHeldBefore`)
 * @param onLineBefore gets the complete lines that were there before, the last 16 MB
 */
export async function openRecordFile(
  path: string,
  openFile = open,
  openLock = lockBeside,
  onLineBefore?: (line: string) => void,
): Promise<RecordFile> {
  let file = await openTarget(path, openFile, openLock);
  await file.lock
    .hold(async () => {
      await repair(path, file.handle);
      if (onLineBefore) await readBack(file.handle, onLineBefore);
    })
    .catch(async (error) => {
      await file.close();
      throw asOutputFailure(path, error);
    });
  const encode = createLineEncoder();
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  const store = async (bytes: Buffer) => {
    for (let reopened = 0; ; reopened += 1) {
      if (await writeWhereNamed(path, file, bytes)) return;
      if (reopened >= reopensAtMost) throw new Error("the file is moved away again and again");
      const next = await openTarget(path, openFile, openLock);
      await file.close();
      file = next;
      await file.lock.hold(() => repair(path, file.handle));
    }
  };
  const writeAll = async () => {
    for (; waiting.length > 0; ) {
      const group = waiting;
      waiting = [];
      try {
        await store(encode(group.flatMap((one) => one.lines)));
        for (const { resolve } of group) resolve();
      } catch (cause) {
        for (const { reject } of group) reject(asOutputFailure(path, cause));
      }
    }
    writing = undefined;
  };
  const append: RecordFile["append"] = (...lines) =>
    new Promise((resolve, reject) => {
      waiting.push({ lines, resolve, reject });
      // At the end of the turn, so that lines that arrived together are synced together.
      writing ??= Promise.resolve().then(writeAll);
    });
  return {
    append,
    reopen: () => append(),
    [Symbol.asyncDispose]: async () => {
      await writing;
      await file.close();
    },
  };
}

type Target = { readonly handle: FileHandle; readonly lock: FileLock; readonly close: () => Promise<void> };

/** A pipe or a device is not opened at all: opening one may wait, and what it takes cannot be synced. */
async function openTarget(
  path: string,
  openFile: typeof open,
  openLock: (path: string) => Promise<FileLock>,
  attempts = reopensAtMost,
): Promise<Target> {
  try {
    const there = await stat(path).catch(ignoreMissing);
    if (there !== undefined && !there.isFile()) throw unusable(path, "it is not a regular file");
    const handle = await openFile(path, "a+", 0o600);
    try {
      // Without it, a power failure could take the file away with all lines that were synced.
      if (there === undefined) await syncFolder(dirname(path), openFile);
      const lock = await openLock(path);
      const close = async () => {
        lock[Symbol.dispose]();
        await handle.close();
      };
      return { handle, lock, close };
    } catch (error) {
      await handle.close();
      const isMovedAway = error instanceof Error && "code" in error && error.code === "ENOENT";
      if (isMovedAway && attempts > 1) return await openTarget(path, openFile, openLock, attempts - 1);
      throw error;
    }
  } catch (error) {
    throw asOutputFailure(path, error);
  }
}

/** For a file whose writer holds a lock already, from its beginning to its end. */
export const lockHeldBefore = async (): Promise<FileLock> => ({ hold: (work) => work(), [Symbol.dispose]: () => {} });

async function lockBeside(path: string): Promise<FileLock> {
  // One lock for all links to a file.
  const file = await realpath(path);
  const lock = join(dirname(file), `.${basename(file)}.lock`);
  return openFileLock(lock).catch((cause) => {
    throw unusable(path, `its lock file ${lock} cannot be created`, cause);
  });
}

/**
 * Writes the lines and syncs them. False when the path does not name the open file before or after it: a file that was removed does not
 * hold the lines.
 */
async function writeWhereNamed(path: string, { handle, lock }: Target, bytes: Buffer): Promise<boolean> {
  try {
    return await lock.hold(async () => {
      // Without a promise: the lock beside the file was taken without one, too, and a promise for each costs more than the records.
      const opened = fstatSync(handle.fd);
      if (!isNamed(path, opened)) return false;
      await write(handle, bytes, opened.size);
      return isNamed(path, opened);
    });
  } catch (error) {
    // The lock may be gone with the folder.
    if (isNamed(path, fstatSync(handle.fd))) throw error;
    return false;
  }
}

/** Whether the path still names the open file. */
function isNamed(path: string, opened: Stats): boolean {
  const named = statSync(path, { throwIfNoEntry: false });
  return named !== undefined && named.ino === opened.ino && named.dev === opened.dev;
}

async function write(handle: FileHandle, bytes: Buffer, start: number): Promise<void> {
  try {
    await handle.appendFile(bytes);
    await handle.datasync();
  } catch (error) {
    // A full disk may have stored a part.
    await removePart(handle, start, bytes).catch(() => {});
    throw error;
  }
}

/** The most bytes that are kept for the next lines. */
const keptAtMost = 1024 ** 2;

/** Gives the bytes of lines, which are valid until the next call: new ones for each write would fill the memory between two collections. */
function createLineEncoder(): (lines: readonly string[]) => Buffer {
  let kept = Buffer.alloc(0);
  return (lines) => {
    const length = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
    const bytes =
      length <= kept.length ? kept : Buffer.allocUnsafeSlow(Math.max(length, Math.min(2 * kept.length, keptAtMost)));
    if (bytes.length <= keptAtMost) kept = bytes;
    let end = 0;
    for (const line of lines) {
      end += bytes.write(line, end);
      bytes[end] = newline;
      end += 1;
    }
    return bytes.subarray(0, end);
  };
}

/** Only what is certainly a part of these bytes: a program without the lock may have written, too. */
async function removePart(handle: FileHandle, start: number, bytes: Buffer): Promise<void> {
  const { size } = await handle.stat();
  const part = Buffer.alloc(size - start);
  await handle.read(part, 0, part.length, start);
  if (part.equals(bytes.subarray(0, part.length))) await handle.truncate(start);
}

/** Ends the last line, or removes it. */
async function repair(path: string, handle: FileHandle): Promise<void> {
  const { size } = await handle.stat();
  const { tail, start } = await readTail(handle, size);
  const end = tail.lastIndexOf(newline) + 1;
  const last = tail.subarray(end);
  if (last.length === 0) return;
  if ((end === 0 && start > 0) || !isOurs(last))
    throw unusable(path, "its last line has no end and is not a record of xtenant");
  if (isJson(last)) await handle.appendFile("\n");
  else await handle.truncate(start + end);
}

/** The end of the file from a line feed on, if it has one in its last 16 MB. Most files have one at their very end. */
async function readTail(handle: FileHandle, size: number) {
  for (let length = firstReadBack; ; length *= 16) {
    const start = Math.max(0, size - Math.min(length, readBackAtMost));
    const tail = await readFrom(handle, start, size);
    if (tail.includes(newline) || start === 0 || length >= readBackAtMost) return { tail, start };
  }
}

async function readBack(handle: FileHandle, onLine: (line: string) => void): Promise<void> {
  const { size } = await handle.stat();
  const start = Math.max(0, size - readBackAtMost);
  const lines = (await readFrom(handle, start, size)).toString("utf8").split("\n");
  for (const line of lines.slice(start === 0 ? 0 : 1, -1)) onLine(line);
}

async function readFrom(handle: FileHandle, start: number, end: number): Promise<Buffer> {
  const bytes = Buffer.alloc(end - start);
  await handle.read(bytes, 0, bytes.length, start);
  return bytes;
}

/** Whether the text is a line of ours, or the beginning of one. */
function isOurs(line: Buffer): boolean {
  const begun = line.toString("utf8", 0, 64);
  return beginnings.some((beginning) => begun.startsWith(beginning) || beginning.startsWith(begun));
}

function isJson(line: Buffer): boolean {
  try {
    JSON.parse(line.toString("utf8"));
    return true;
  } catch {
    return false;
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

const unusable = (path: string, why: string, cause?: unknown) =>
  new Failure("OutputUnusable", `cannot write to ${path}: ${why}`, { params: { file: path }, cause });

function asOutputFailure(path: string, cause: unknown): Failure {
  if (cause instanceof Failure) return cause;
  const why = isBusy(cause)
    ? `another process has locked the file`
    : cause instanceof Error
      ? systemErrorText(cause)
      : String(cause);
  return new Failure("OutputFailed", `cannot write ${path}: ${why}`, { params: { file: path }, cause });
}
