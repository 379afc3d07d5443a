import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { plainLine } from "../../lib/domain/plain-text.ts";
import { Failure } from "../../lib/errors/failure.ts";
import type { Terminal } from "./terminal.ts";

export type Finished = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

/** Runs one of our own command lines in a process of its own, as an operator would, and collects what it says. */
export async function runSelf(
  { self: [program, ...first], env, signal }: Terminal,
  argv: readonly string[],
): Promise<Finished> {
  const child = spawn(program, [...first, ...argv], { env: { ...env }, stdio: ["ignore", "pipe", "pipe"], signal });
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 128));
  });
  const [exitCode, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { exitCode, stdout, stderr };
}

/** A command line of ours that goes on in the background; disposing of it interrupts it and waits for its end. */
export type Background = AsyncDisposable & { readonly firstLine: string };

/** Resolves with the first line that the background command prints: its sign that it is ready. */
export async function startSelf(
  { self: [program, ...first], env }: Terminal,
  argv: readonly string[],
): Promise<Background> {
  const child = spawn(program, [...first, ...argv], { env: { ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const complaint = text(child.stderr);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const firstLine = await Promise.race([
    new Promise<string>((resolve) => createInterface(child.stdout).once("line", resolve)),
    ended.then(async () => {
      throw new Failure("SandboxNotReady", `${argv.join(" ")} ended before it was ready: ${await complaint}`, {
        params: { command: `xtenant ${argv.join(" ")}` },
      });
    }),
  ]);
  return {
    firstLine,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGINT");
      await ended;
    },
  };
}

type Detached = { readonly argv: readonly string[]; readonly folder: string; readonly log: string };

/**
 * Starts a command line of ours that goes on after this process, away from the terminal, and writes what it complains about to a
 * file. Resolves with its first line, the sign that it is ready.
 */
export async function startDetached(
  { self: [program, ...first], env }: Pick<Terminal, "self" | "env">,
  { argv, folder, log }: Detached,
): Promise<string> {
  await using complaints = await open(log, "w", 0o600);
  const child = spawn(program, [...first, ...argv], {
    cwd: folder,
    env: { ...env },
    detached: true,
    windowsHide: true,
    stdio: ["ignore", "pipe", complaints.fd],
  });
  const output = child.stdout as Readable;
  const ready = createInterface(output);
  const [line] = await Promise.race([
    once(ready, "line"),
    once(child, "close").then(async () => {
      const said = plainLine((await readFile(log, "utf8")).trim());
      throw new Failure("SandboxNotReady", `the sandbox ended before it was ready: ${said}`, {
        params: { command: `xtenant ${argv.join(" ")}` },
      });
    }),
  ]);
  ready.close();
  output.destroy();
  child.unref();
  return String(line);
}
