import { spawn } from "node:child_process";
import { buffer } from "node:stream/consumers";
import { Failure } from "../failure.ts";

export type Executed = { readonly exitCode: number; readonly output: Uint8Array };

export type Execution = {
  readonly program: string;
  readonly args: readonly string[];
  readonly input: Uint8Array;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/**
 * Runs a program without a shell, gives it the input on stdin and collects its stdout; its stderr is ours. A program that
 * cannot be started is a Failure "usage"; one that a signal ended counts as exit code 128.
 */
export async function exec({ program, args, input, env }: Execution): Promise<Executed> {
  const child = spawn(program, [...args], {
    stdio: ["pipe", "pipe", "inherit"],
    env: withoutZeroBytes(env),
    shell: false,
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", (cause: NodeJS.ErrnoException) =>
      reject(
        new Failure("usage", `cannot run ${program}: ${cause.code ?? cause.message}`, { code: "ExecFailed", cause }),
      ),
    );
    child.once("close", (code) => resolve(code ?? 128));
  });
  // A program may end without reading all its input.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [exitCode, output] = await Promise.all([ended, buffer(child.stdout)]);
  return { exitCode, output };
}

/** A process's environment cannot hold them, and values may come from a message. */
const withoutZeroBytes = (env: Execution["env"]) =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value?.replaceAll("\0", "")]));
