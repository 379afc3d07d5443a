import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { requireRecords } from "./json-records.ts";

/** The built program, as users start it. `test/build-program.ts` keeps it up to date. */
export const program = fileURLToPath(new URL("../../dist/xtenant.js", import.meta.url));

export type Ran = { readonly exitCode: number | null; readonly stdout: string; readonly stderr: string };
export type Surroundings = {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Options of Node. */
  readonly node?: readonly string[];
};

/** With this option of Node, `xtenant sandbox` runs the built sandbox, as users do: the sources load in twice the time. */
export const builtSandbox = ["--conditions=built"];

/** The environment of a test's programs, without the machine's own Azure or colour settings. */
export const cleanEnv = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(?:AZURE_|XTENANT_|NO_COLOR|FORCE_COLOR|CI$|VITEST|NODE_COMPILE_CACHE$)/.test(name),
  ),
);

/** Starts the real program in its own process. */
export const launch = (args: readonly string[], { env = {}, cwd, node = [] }: Surroundings = {}) =>
  spawn(process.execPath, [...node, program, ...args], {
    cwd,
    env: { ...cleanEnv, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });

/** Runs it to its end. */
export async function xtenant(args: readonly string[], surroundings: Surroundings = {}): Promise<Ran> {
  const child = launch(args, surroundings);
  child.stdin.on("error", () => {});
  child.stdin.end(surroundings.input ?? "");
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  requireRecords(args, { stdout, stderr });
  return { exitCode, stdout, stderr };
}

/** Starts a program that runs until it is interrupted. Its lines can be awaited one by one. */
export function background(args: readonly string[], surroundings: Surroundings = {}) {
  const child = launch(args, surroundings);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const stderr = text(child.stderr);
  const closed = once(child, "close");
  return {
    nextLine: async () => {
      const line = (await lines.next()).value as string | undefined;
      if (line !== undefined) requireRecords(args, { stdout: line, stderr: "" });
      return line;
    },
    kill: (name: NodeJS.Signals) => child.kill(name),
    signal: async (name: NodeJS.Signals) => {
      child.kill(name);
      const [exitCode] = await closed;
      return { exitCode: exitCode as number | null, stderr: await stderr };
    },
    closed,
  };
}

/** A sandbox that the program itself runs, and the program with its config. */
export async function openSandbox(...options: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), "xtenant-e2e-"));
  const running = background(["sandbox", "--dir", folder, ...options], { node: builtSandbox });
  const ready = await running.nextLine();
  if (!ready?.startsWith("ready")) throw new Error(`the sandbox is not ready: ${ready}`);
  const config = join(folder, "xtenant.json");
  return {
    folder,
    config,
    ready,
    x: (...args: readonly string[]) => xtenant(["--config", config, ...args]),
    tail: (...args: readonly string[]) => background(["--config", config, ...args]),
    stop: () => running.signal("SIGINT"),
    [Symbol.asyncDispose]: async () => {
      await running.signal("SIGINT");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The value of every line of NDJSON. */
export const jsonLines = (output: string): readonly Record<string, unknown>[] =>
  output
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
