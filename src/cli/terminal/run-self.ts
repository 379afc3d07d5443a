import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
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
        params: { command: argv.join(" ") },
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
