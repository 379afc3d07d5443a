import { createHash } from "node:crypto";
import { readFile, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { kill, pid } from "node:process";
import { Failure } from "../errors/failure.ts";
import { fileExists } from "./files/file-exists.ts";
import { isBusy, isFileLockHeld, keepFileLock, openFileLock } from "./files/file-lock.ts";
import { unwritable } from "./files/unwritable.ts";
import { writeFileAtomically } from "./files/write-file-atomically.ts";
import { backgroundSandboxFolder } from "./sandbox-context.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A sandbox that runs in a folder. */
export type RunningSandbox = { readonly pid: number; readonly port: number };

/** A copy of the folder, in which no sandbox runs, has a lock of another name. */
async function lockOf(folder: string): Promise<string> {
  const path = await realpath(folder).catch(() => folder);
  return join(folder, `.running-${createHash("sha256").update(path).digest("hex").slice(0, 16)}.lock`);
}

const recordOf = (folder: string) => join(folder, "running.json");

/** A process that only checks the lock keeps it for a moment. */
const lockPatience = 500;

/**
 * Makes this process the only sandbox of the folder. The lock ends with the process, so that a sandbox that was killed, or whose
 * process id another program has now, is not taken for a running one.
 *
 * @throws Failure "conflict" when another sandbox runs there
 */
export async function holdSandboxFolder(folder: string) {
  const lock = await keepFileLock(await lockOf(folder), lockPatience).catch((cause) => {
    if (!isBusy(cause)) throw unwritable(folder, cause);
    throw new Failure("SandboxRunning", `a sandbox runs in ${folder} already`, { params: { folder }, cause });
  });
  // That of an earlier process, which was killed.
  await rm(recordOf(folder), { force: true });
  return {
    /** Says that this sandbox is ready. */
    announce: (port: number) =>
      writeFileAtomically(recordOf(folder), `${JSON.stringify({ pid, port } satisfies RunningSandbox)}\n`, 0o600),
    [Symbol.asyncDispose]: async () => {
      await rm(recordOf(folder), { force: true });
      await lock.release();
    },
  };
}

/**
 * Whether a sandbox runs in the folder. Undefined where that is not known: a program that uses the sandbox's package has started it,
 * or none was ever there.
 */
export async function isSandboxRunning(folder: string): Promise<boolean | undefined> {
  const lock = await lockOf(folder);
  try {
    return (await fileExists(lock)) ? await isFileLockHeld(lock) : undefined;
  } catch {
    return undefined;
  }
}

/** The sandbox of the folder; undefined where none runs, or none is ready yet. */
export async function findRunningSandbox(folder: string): Promise<RunningSandbox | undefined> {
  if (!(await isSandboxRunning(folder))) return undefined;
  const text = await readFile(recordOf(folder), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as RunningSandbox);
}

/** Ends the sandbox of the folder, and waits for its end. False where none runs. A sandbox may take `patience` milliseconds. */
export async function stopRunningSandbox(folder: string, patience = 5_000): Promise<boolean> {
  if (!(await isSandboxRunning(folder))) return false;
  // What was answered is in the data file, so that a sandbox that does not hear may be killed.
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    const sandbox = await findRunningSandbox(folder);
    if (sandbox !== undefined) signalProcess(sandbox.pid, signal);
    using lock = await openFileLock(await lockOf(folder), patience);
    const isFree = await lock.hold(async () => true).catch(() => false);
    if (isFree) return true;
  }
  throw new Failure("SandboxNotStopped", `the sandbox in ${folder} does not end`, { params: { folder } });
}

function signalProcess(id: number, signal: NodeJS.Signals): void {
  try {
    kill(id, signal);
  } catch (error) {
    // It has just ended.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** @throws Failure "unavailable" when the sandbox of the folder is known not to run */
export async function requireRunningSandbox(folder: string, env: Environment): Promise<void> {
  if ((await isSandboxRunning(folder)) !== false) return;
  if (folder === backgroundSandboxFolder(env))
    throw new Failure("SandboxStopped", "the sandbox in the background does not run");
  throw new Failure("SandboxNotRunning", `the sandbox of ${folder} does not run`, { params: { folder } });
}
