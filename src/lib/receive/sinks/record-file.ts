import { type FileHandle, open } from "node:fs/promises";
import { Failure } from "../../errors/failure.ts";

export type RecordFile = AsyncDisposable & {
  /** Resolves when the lines are on the disk; those that wait at the same time are written and synced together. */
  append(...lines: readonly string[]): Promise<void>;
  /** The complete lines at the end of what was there before, at most 16 MB of them. */
  readonly before: readonly string[];
};

type Waiting = { readonly bytes: Buffer; readonly resolve: () => void; readonly reject: (error: unknown) => void };

const newline = 0x0a;
const readBackAtMost = 16 * 1024 ** 2;

/** A file to which lines are appended. An incomplete last line, left by a crash, is removed: its message was never completed. */
export async function openRecordFile(path: string, openFile = open): Promise<RecordFile> {
  const handle = await openFile(path, "a+", 0o600).catch((cause) => Promise.reject(failed(path, cause)));
  const { before, length } = await repaired(handle);
  let end = length;
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  const write = async (group: readonly Waiting[]) => {
    const bytes = Buffer.concat(group.map((one) => one.bytes));
    try {
      await handle.appendFile(bytes);
      await handle.datasync();
      end += bytes.length;
      for (const { resolve } of group) resolve();
    } catch (cause) {
      // A full disk may have stored a part.
      await handle.truncate(end).catch(() => {});
      for (const { reject } of group) reject(failed(path, cause));
    }
  };
  const writeAll = async () => {
    for (; waiting.length > 0; ) {
      const group = waiting;
      waiting = [];
      await write(group);
    }
    writing = undefined;
  };
  return {
    before,
    append: (...lines) =>
      new Promise((resolve, reject) => {
        waiting.push({ bytes: Buffer.from(lines.map((line) => `${line}\n`).join("")), resolve, reject });
        // At the end of the turn, so that lines that arrived together are synced together.
        writing ??= Promise.resolve().then(writeAll);
      }),
    [Symbol.asyncDispose]: async () => {
      await writing;
      await handle.close();
    },
  };
}

async function repaired(handle: FileHandle): Promise<{ before: readonly string[]; length: number }> {
  const { size } = await handle.stat();
  const start = Math.max(0, size - readBackAtMost);
  const tail = Buffer.alloc(size - start);
  await handle.read(tail, 0, tail.length, start);
  const complete = tail.lastIndexOf(newline) + 1;
  const length = complete === 0 && start > 0 ? size : start + complete;
  if (length < size) await handle.truncate(length);
  const lines = tail
    .subarray(0, complete)
    .toString("utf8")
    .split("\n")
    .slice(start === 0 ? 0 : 1, -1);
  return { before: lines, length };
}

const failed = (path: string, cause: unknown) => {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
  return new Failure("OutputFailed", `cannot write ${path}: ${code}`, { params: { file: path }, cause });
};
