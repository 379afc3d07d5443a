import { readdir, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileExists } from "../config/files/file-exists.ts";
import { type HeldLock, isBusy, isFileLockHeld, takeFileLock } from "../config/files/file-lock.ts";
import { makeFolder } from "../config/files/make-folder.ts";
import { isOpenToAll } from "../config/files/private-file.ts";
import { readTextFile } from "../config/files/read-file.ts";
import { stateFolder } from "../config/state-folder.ts";
import { safeJson } from "../domain/safe-json.ts";
import { systemErrorText } from "../domain/system-error.ts";
import { Failure } from "../errors/failure.ts";
import { lockHeldBefore, openRecordFile } from "../receive/sinks/record-file.ts";
import { foldRollout, type Rollout, type RolloutEntry } from "./rollout-entry.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A result file that this process alone works on. */
export type RolloutJournal = AsyncDisposable & {
  /** Resolves when the lines are on the disk. */
  write(...entries: readonly RolloutEntry[]): Promise<void>;
};

const extension = ".ndjson";

export const rolloutFolder = (env: Environment): string => join(stateFolder(env), "rollouts");
export const rolloutFile = (env: Environment, id: string): string => join(rolloutFolder(env), `${id}${extension}`);

/**
 * Opens the result file for one process. A second process is refused as long as the first one lives. The lock file beside it is removed at
 * the end.
 *
 * @throws Failure "conflict" when another process works on it
 */
export async function openRolloutJournal(file: string): Promise<RolloutJournal> {
  await makeFolder(dirname(file), 0o700);
  const lock = await holdLock(file);
  const records = await openRecordFile(file, undefined, lockHeldBefore).catch(async (error: unknown) => {
    await lock.release();
    throw error;
  });
  return {
    write: (...entries) => records.append(...entries.map((entry) => safeJson(entry))),
    [Symbol.asyncDispose]: async () => {
      await records[Symbol.asyncDispose]();
      await lock.release();
    },
  };
}

/** One lock for all links to a file. */
async function lockOf(file: string): Promise<string> {
  const path = await realpath(file).catch(() => file);
  return join(dirname(path), `.${basename(path)}.running`);
}

/** Whether a process works on the rollout. */
export const isRunning = async (file: string): Promise<boolean> => isFileLockHeld(await lockOf(file));

/** Long enough for a list that looks whether somebody holds it. */
const lockPatience = 100;

async function holdLock(file: string): Promise<HeldLock> {
  const lock = await lockOf(file);
  return takeFileLock(lock, lockPatience).catch((cause: unknown) => {
    if (isBusy(cause))
      throw new Failure("RolloutRunning", `another process works on ${file}`, { params: { file, name: file }, cause });
    throw new Failure("OutputUnusable", `cannot write to ${file}: its lock file ${lock} cannot be created`, {
      params: { file },
      cause,
    });
  });
}

/**
 * The rollout with this id, beginning of an id, or path of a result file.
 *
 * @throws Failure "notFound", or "usage" for a file that is not a result file
 */
export async function findRollout(env: Environment, idOrFile: string): Promise<Rollout> {
  const isPath = idOrFile.includes("/") || idOrFile.includes("\\") || idOrFile.endsWith(extension);
  return readRollout(isPath ? idOrFile : await fileOfId(env, idOrFile));
}

async function fileOfId(env: Environment, id: string): Promise<string> {
  const candidates = (await rolloutIds(env)).filter((known) => known.startsWith(id));
  const [only, other] = candidates.includes(id) ? [id] : candidates;
  if (only === undefined) throw new Failure("RolloutNotFound", `there is no rollout '${id}'`);
  if (other !== undefined)
    throw new Failure(
      "UsageInvalid",
      `${candidates.length} rollouts have an id that begins with '${id}': type more of it`,
    );
  return rolloutFile(env, only);
}

/** The ids in the state folder. */
export async function rolloutIds(env: Environment): Promise<readonly string[]> {
  const names = await readdir(rolloutFolder(env)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
    throw error;
  });
  return names
    .filter((name) => name.endsWith(extension) && !name.startsWith("."))
    .map((name) => name.slice(0, -extension.length));
}

/** A line that a crash cut off is left out. */
export async function readRollout(file: string): Promise<Rollout> {
  const text = await readTextFile(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") throw new Failure("RolloutNotFound", `there is no file ${file}`, { cause });
    throw new Failure("FileUnreadable", `cannot read ${file}: ${systemErrorText(cause)}`, { params: { file }, cause });
  });
  // What another user can write would be sent in the name of this one.
  if (await isOpenToAll(file)) throw new Failure("RolloutInvalid", `every user of the machine can write to ${file}`);
  const lines = text.split("\n");
  const entries = lines.flatMap((line, index): RolloutEntry[] => {
    const entry = parseEntry(line);
    if (entry !== undefined) return [entry];
    if (line === "" || index === lines.length - 1) return [];
    throw new Failure("RolloutInvalid", `line ${index + 1} of ${file} is not a line of a rollout`);
  });
  const rollout = foldRollout(file, entries);
  if (rollout === undefined) throw new Failure("RolloutInvalid", `${file} is not the result file of a rollout`);
  return rollout;
}

function parseEntry(line: string): RolloutEntry | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === "object" && entry !== null && "rollout" in entry ? (entry as RolloutEntry) : undefined;
  } catch {
    return undefined;
  }
}

/** @throws Failure "conflict" when there is something in the file */
export async function requireNewFile(file: string): Promise<void> {
  if (await fileExists(file)) throw new Failure("RolloutExists", `${file} exists already`, { params: { file } });
}
