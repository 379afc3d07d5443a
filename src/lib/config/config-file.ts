import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { withoutByteOrderMark } from "../domain/byte-order-mark.ts";
import { parseJson } from "../domain/json-scan.ts";
import { omitUndefined } from "../domain/omit-undefined.ts";
import { plainLine } from "../domain/plain-text.ts";
import { systemErrorText } from "../domain/system-error.ts";
import { Failure } from "../errors/failure.ts";
import { cacheFolder } from "./cache-folder.ts";
import type { Config } from "./config.ts";
import { configFileName } from "./config-file-name.ts";
import { type ConfigProblem, configText, textProblems } from "./config-problems.ts";
import type { ConfigDocument } from "./config-schema.ts";
import type { FileLock } from "./files/file-lock.ts";
import { makeFolder } from "./files/make-folder.ts";
import { isOpenToAll } from "./files/private-file.ts";
import { readTextFile } from "./files/read-file.ts";
import { unwritable } from "./files/unwritable.ts";
import { writeFileAtomically } from "./files/write-file-atomically.ts";
import { type ConfigSearch, type FoundConfig, findConfig } from "./find-config.ts";

/** The config of this command line. It is read once. A change is written completely or not at all. */
export type ConfigFile = {
  /** Throws Failure "usage" with the file, every path in it that is wrong, and the expected value. */
  read(): Promise<Config>;
  /** Applies a change to the file's text, without values from the environment. Refuses an invalid result, and writes the file atomically unless it is a dry run. */
  change(edit: (document: ConfigDocument) => ConfigDocument, options?: { readonly dryRun: boolean }): Promise<Config>;
};

export function openConfigFile(search: ConfigSearch, log: { readonly info: (line: string) => void }): ConfigFile {
  let reading: Promise<Config> | undefined;
  let changing: Promise<unknown> = Promise.resolve();
  const laidOver = async (document: ConfigDocument) => {
    const { applyEnvironment } = await import("./config.ts");
    const asked = search.transport === undefined ? {} : { XTENANT_TRANSPORT: undefined };
    const { document: changed, overrides } = applyEnvironment(document, { ...search.env, ...asked });
    return { document: { ...changed, ...(search.transport && { transport: search.transport }) }, overrides };
  };
  const read = async () => {
    const { file, context } = await requireConfig(search);
    const { document, overrides } = await laidOver(await readDocument(file));
    await warnOfWriters(file, log);
    for (const { variable, path } of overrides) log.info(`${path} comes from ${variable}`);
    return { ...(await validate(document, file)), overrides, ...omitUndefined({ context }) };
  };
  return {
    read: () => (reading ??= read()),
    change: (edit, { dryRun } = { dryRun: false }) => {
      const change = changing.then(async () => {
        const { file } = await requireConfig(search);
        const edited = async () => {
          const before = await readDocument(file);
          const document = edit(before);
          const config = await validate((await laidOver(document)).document, file).catch(async (error: unknown) => {
            // What is wrong was wrong before, or came with the change.
            await validate((await laidOver(before)).document, file);
            throw refusedChange(error);
          });
          return { document, config };
        };
        if (dryRun) return (await edited()).config;
        using lock = await openConfigLock(file, search.env);
        return await lock.hold(async () => {
          const { document, config } = await edited();
          await writeConfig(file, document);
          return config;
        });
      });
      changing = change.catch(() => {});
      return change;
    },
  };
}

/**
 * Two processes of a user that change the file at the same time do it one after the other, so that neither change is lost. The
 * lock stays in the user's cache: a lock that is removed would have two owners for a moment. Without a cache it is beside the file.
 */
async function openConfigLock(file: string, env: ConfigSearch["env"]): Promise<FileLock> {
  const target = await realpath(file).catch(() => file);
  const path = (await lockInCache(target, env)) ?? join(dirname(target), `.${basename(target)}.lock`);
  const { openFileLock } = await import("./files/file-lock.ts");
  return openFileLock(path).catch((cause) => {
    throw unwritable(path, cause);
  });
}

async function lockInCache(target: string, env: ConfigSearch["env"]): Promise<string | undefined> {
  const cache = cacheFolder(env);
  if (cache === undefined) return undefined;
  const locks = join(cache, "locks");
  try {
    await makeFolder(locks, 0o700);
    await access(locks, constants.W_OK);
  } catch {
    return undefined;
  }
  return join(locks, `${createHash("sha256").update(target).digest("hex").slice(0, 32)}.lock`);
}

/** Writes a valid config. The mode is 0600 when it names a file with a secret; otherwise it stays as it was, or is 0644. */
export async function writeConfig(file: string, document: ConfigDocument): Promise<void> {
  const text = configText(document);
  const before = await stat(file).catch(() => undefined);
  const mode = /"(?:secretFile|certificateFile|assertionFile)"/.test(text) ? 0o600 : (before?.mode ?? 0o644) & 0o777;
  await writeFileAtomically(file, text, mode);
}

/** Refuses a document that is not a config, with every problem in it. The schema library is loaded here: many command lines read no config. */
export async function validate(document: unknown, file: string): Promise<Config> {
  const { parseConfig } = await import("./config.ts");
  const config = parseConfig(document, file);
  if (!("provider" in config)) throw invalidConfig(file, config);
  return config;
}

/** The same problems, as those of the change: the file itself is valid. */
function refusedChange(error: unknown): unknown {
  if (!(error instanceof Failure) || error.code !== "ConfigInvalid") return error;
  const [, ...problems] = error.message.split("\n");
  return new Failure(
    "ConfigChangeInvalid",
    ["nothing was changed; the config would not be valid:", ...problems].join("\n"),
  );
}

async function requireConfig(search: ConfigSearch): Promise<FoundConfig> {
  const found = await findConfig(search);
  if (found === undefined)
    throw new Failure(
      "ConfigNotFound",
      `no ${configFileName} in this folder, in a folder above, or in the user's config folder`,
    );
  return found;
}

/** Not refused: some file systems of containers and of Windows show every file so. */
async function warnOfWriters(file: string, log: { readonly info: (line: string) => void }): Promise<void> {
  for (const path of [file, dirname(file)])
    if (await isOpenToAll(path).catch(() => false))
      log.info(
        `warning: every user of this machine can change ${path}, and with it where messages go: chmod o-w ${path}`,
      );
}

async function readDocument(file: string): Promise<ConfigDocument> {
  const text = await readTextFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw new Failure("ConfigUnreadable", `cannot read the config ${file}: ${systemErrorText(cause)}`, {
      cause,
    });
  });
  const json = withoutByteOrderMark(text);
  const document = parsedDocument(json, file);
  const problems = textProblems(json, document);
  if (problems.length > 0) throw invalidConfig(file, problems);
  return document;
}

function parsedDocument(json: string, file: string): ConfigDocument {
  let document: unknown;
  try {
    document = parseJson(json);
  } catch (cause) {
    throw new Failure("ConfigInvalid", `${file} is not JSON: ${messageOf(cause)}`, { cause });
  }
  if (typeof document === "object" && document !== null && !Array.isArray(document)) return document as ConfigDocument;
  throw invalidConfig(file, [{ path: "(top level)", expected: "expected an object" }]);
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function invalidConfig(file: string, problems: readonly ConfigProblem[]): Failure {
  const lines = problems.map(({ path, expected }) => `  ${plainLine(path)}: ${expected}`);
  return new Failure("ConfigInvalid", [`${file} is not a valid config:`, ...lines].join("\n"));
}
