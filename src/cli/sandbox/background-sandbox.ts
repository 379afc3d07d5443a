import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeConfig } from "../../lib/config/config-file.ts";
import type { ConfigDocument } from "../../lib/config/config-schema.ts";
import { changeContexts } from "../../lib/config/contexts.ts";
import { fileExists } from "../../lib/config/files/file-exists.ts";
import { type FileLock, openFileLock } from "../../lib/config/files/file-lock.ts";
import { makeFolder } from "../../lib/config/files/make-folder.ts";
import { unwritable } from "../../lib/config/files/unwritable.ts";
import { findRunningSandbox } from "../../lib/config/running-sandbox.ts";
import { backgroundSandboxConfig, backgroundSandboxFolder, sandboxContext } from "../../lib/config/sandbox-context.ts";
import { omitUndefined } from "../../lib/domain/omit-undefined.ts";
import { plainLine } from "../../lib/domain/plain-text.ts";
import { shellWord } from "../../lib/domain/shell-word.ts";
import { Failure } from "../../lib/errors/failure.ts";
import { runSelf, startDetached } from "../terminal/run-self.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** What was done so that the sandbox runs. */
export type UsedSandbox = {
  readonly state: "started" | "running";
  readonly port: number;
  readonly folder: string;
  /** The commands that brought its first customers and messages; none if an earlier run did. */
  readonly seeded: readonly string[];
};

type Progress = { readonly info: (line: string) => void };

/** Another process may be starting it, too. */
const patience = 60_000;

/** Starts the sandbox in the background unless it runs, as an earlier run left it, and seeds it once. */
export async function startBackgroundSandbox(terminal: Terminal, progress: Progress): Promise<UsedSandbox> {
  const folder = backgroundSandboxFolder(terminal.env);
  using starting = await openStartLock(folder);
  return await starting.hold(async () => {
    const found = await findRunningSandbox(folder);
    if (found === undefined) progress.info("starting the sandbox");
    const { port } = found ?? (await start(terminal, folder));
    return { state: found ? "running" : "started", port, folder, seeded: await seedOnce(terminal, folder, progress) };
  });
}

async function openStartLock(folder: string): Promise<FileLock> {
  await makeFolder(folder, 0o700);
  const lock = join(folder, ".starting.lock");
  return openFileLock(lock, patience).catch((cause) => {
    throw unwritable(lock, cause);
  });
}

const logOf = (folder: string) => join(folder, "sandbox.log");

async function start(terminal: Terminal, folder: string): Promise<{ readonly port: number }> {
  const argv = ["sandbox", "--json", "--dir", folder, "--data", join(folder, "cloud.db")];
  const config = backgroundSandboxConfig(terminal.env);
  const before = await readDocument(config);
  const ready = JSON.parse(await startDetached(terminal, { argv, folder, log: logOf(folder) })) as { port: number };
  const written = await readDocument(config);
  if (written) await writeConfig(config, before ? moved(before, written) : { ...written, audit });
  return ready;
}

/** The sandbox writes its config at each start. What the user has changed in it stays, at the address that the sandbox has now. */
const moved = (
  before: ConfigDocument,
  { cloud, provider: { consentRedirectUri } }: ConfigDocument,
): ConfigDocument => ({
  ...before,
  ...omitUndefined({ cloud }),
  provider: { ...before.provider, ...omitUndefined({ consentRedirectUri }) },
});

/** Undefined where there is none, or where it cannot be read: the sandbox writes another one. */
const readDocument = (file: string): Promise<ConfigDocument | undefined> =>
  readFile(file, "utf8")
    .then(JSON.parse, () => undefined)
    .catch(() => undefined);

/** A trail that can be tried, too. */
const audit = { file: "audit.ndjson" };

/** No command is left in a queue: a worker of a document would take it first. */
const seeds: readonly (readonly string[])[] = [
  ["onboard", "acme,fabrikam", "--provision", "--grant", "--round-trip", "0s"],
  ["send", "acme", '{"deploy":"v2"}'],
  ["respond", "acme", "--max", "1"],
];

/** The commands that an operator would type. A seeding that was interrupted is done again. */
async function seedOnce(terminal: Terminal, folder: string, progress: Progress): Promise<readonly string[]> {
  const done = join(folder, "seeded");
  if (await fileExists(done)) return [];
  const config = backgroundSandboxConfig(terminal.env);
  const own = { ...terminal, env: withoutSettings(terminal.env) };
  for (const argv of seeds) {
    progress.info(`$ ${lineOf(argv)}`);
    const { exitCode, stderr } = await runSelf(own, ["--config", config, ...argv]);
    if (exitCode !== 0)
      throw new Failure("SandboxNotReady", `'${lineOf(argv)}' failed in the sandbox: ${firstLine(stderr)}`, {
        params: { command: "xtenant context use sandbox" },
      });
  }
  await writeFile(done, "", { mode: 0o600 });
  return seeds.map(lineOf);
}

const firstLine = (text: string) => plainLine((text.trim().split("\n")[0] ?? "").replace(/^error: /, ""));

/** Variables that are for another cloud, or for other output. */
const withoutSettings = (env: Terminal["env"]): Terminal["env"] =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^(?:XTENANT|AZURE|OTEL)_|^FORCE_COLOR$/.test(name)));

const lineOf = (argv: readonly string[]) => `xtenant ${argv.map(shellWord).join(" ")}`;

/** Deletes the state and messages of a sandbox that was stopped, and its context: the next start is a first one. */
export async function deleteBackgroundSandbox(env: Terminal["env"]): Promise<void> {
  await rm(backgroundSandboxFolder(env), { recursive: true, force: true });
  await changeContexts(env, ({ current, contexts }) => {
    if (contexts[sandboxContext]?.config !== backgroundSandboxConfig(env))
      return { ...(current && { current }), contexts };
    const { [sandboxContext]: _, ...others } = contexts;
    return { ...(current && current !== sandboxContext && { current }), contexts: others };
  });
}
