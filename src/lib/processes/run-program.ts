import { type ChildProcess, spawn } from "node:child_process";
import { systemErrorText } from "../domain/system-error.ts";
import { Failure } from "../errors/failure.ts";

export type ProgramResult = {
  readonly exitCode: number;
  readonly output: Uint8Array;
  /** The program ran into its time limit. */
  readonly stopped: boolean;
};

export type ProgramOptions = {
  readonly program: string;
  readonly args: readonly string[];
  readonly input: Uint8Array;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** After this time the program is asked to end. If it does not, it is killed. */
  readonly timeoutMilliseconds?: number;
  readonly graceMilliseconds?: number;
};

const usualGrace = 5_000;
/** How long output is read after the program has ended. A background process that it started can keep stdout open indefinitely. */
const lastWordsMilliseconds = 500;

/**
 * Runs a program without a shell, writes the input to its stdin, and collects its stdout. Its stderr is inherited. A program that
 * cannot be started is a Failure "usage". If a signal ended it, its exit code is 128.
 */
export async function runProgram(execution: ProgramOptions): Promise<ProgramResult> {
  const { program, args, input, env } = execution;
  const child = spawn(program, [...args], {
    stdio: ["pipe", "pipe", "inherit"],
    env: withoutZeroBytes(env),
    shell: false,
  });
  const output: Buffer[] = [];
  child.stdout.on("data", (chunk) => output.push(chunk));
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", (cause: NodeJS.ErrnoException) =>
      reject(new Failure("ExecFailed", `cannot run ${program}: ${systemErrorText(cause)}`, { cause })),
    );
    child.once("exit", () => {
      const timer = setTimeout(() => child.stdout.destroy(), lastWordsMilliseconds);
      child.once("close", () => clearTimeout(timer));
    });
    child.once("close", (code) => resolve(code ?? 128));
  });
  // A program can end without reading all its input.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  using limit = limited(child, execution);
  const exitCode = await ended;
  return { exitCode, output: Buffer.concat(output), stopped: limit.reached() };
}

function limited(child: ChildProcess, { timeoutMilliseconds, graceMilliseconds = usualGrace }: ProgramOptions) {
  let reached = false;
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    reached = true;
    child.kill("SIGTERM");
    timer = setTimeout(() => child.kill("SIGKILL"), graceMilliseconds);
  };
  if (timeoutMilliseconds !== undefined) timer = setTimeout(end, timeoutMilliseconds);
  child.once("exit", () => clearTimeout(timer));
  return { reached: () => reached, [Symbol.dispose]: () => clearTimeout(timer) };
}

/** An environment cannot contain NUL characters, and values can come from a message. */
const withoutZeroBytes = (env: ProgramOptions["env"]) =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value?.replaceAll("\0", "")]));
