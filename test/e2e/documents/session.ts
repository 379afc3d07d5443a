import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

export type Ran = { readonly exitCode: number; readonly output: string };

/** Every job has its own process group. It can be interrupted as from a terminal, and no job outlives the session. */
const prelude = `
set -m
status=0
npx() { "$@"; }
trap 'for job in $(jobs -p); do kill -INT -- "-$job"; done; wait' EXIT
`;

/** How a block runs. `file` has its text, and `$status` is the exit code of the command before it. */
const ways = {
  /** To its end. */
  command: (file: string) => `(exit "$status"); . ${file} </dev/null >${file}.out 2>&1; status=$?`,
  /** To its end, and every command in it must succeed. */
  script: (file: string) => `set -eo pipefail; . ${file} </dev/null >${file}.out 2>&1; status=$?; set +eo pipefail`,
  /** Until its first line. It continues during the following blocks. */
  background: (file: string) => `
    mkfifo ${file}.fifo
    { . ${file}; } </dev/null >${file}.fifo 2>&1 &
    echo $! >${file}.group
    exec {said}<${file}.fifo
    IFS= read -r line <&$said; printf '%s\\n' "$line" >${file}.out; status=0`,
  /** Until its first line, and is then interrupted. */
  interrupted: (file: string) => `
    mkfifo ${file}.fifo
    { . ${file}; } </dev/null >${file}.fifo 2>${file}.out &
    job=$!
    exec {said}<${file}.fifo
    IFS= read -r line <&$said; kill -INT -- "-$job"; cat <&$said >/dev/null; wait "$job"; status=$?`,
};
export type Way = keyof typeof ways;

/** One shell that runs the blocks of a document one after the other. Variables and background jobs remain. */
export function openSession(cwd: string, scratch: string, env: NodeJS.ProcessEnv) {
  const shell = spawn("bash", ["--norc", "-s"], { cwd, env, stdio: ["pipe", "pipe", "ignore"] });
  const answers = createInterface(shell.stdout)[Symbol.asyncIterator]();
  const closed = once(shell, "close");
  shell.stdin.write(prelude);
  let blocks = 0;
  return {
    async run(text: string, way: Way): Promise<Ran> {
      blocks += 1;
      const file = join(scratch, `block-${blocks}`);
      await writeFile(file, `${text}\n`);
      shell.stdin.write(`${ways[way](file)}\nprintf '%s\\n' "$status"\n`);
      // A script that fails ends the shell.
      const { value = "1" } = await answers.next();
      return { exitCode: Number(value), output: await readFile(`${file}.out`, "utf8") };
    },
    async [Symbol.asyncDispose]() {
      shell.stdin.end();
      await closed;
      // A job that has started a program in the background is over for the shell, and its program is not.
      for (let block = 1; block <= blocks; block++) {
        const group = await readFile(join(scratch, `block-${block}.group`), "utf8").catch(() => undefined);
        if (group !== undefined) endGroup(Number(group));
      }
    },
  };
}

function endGroup(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // It has ended.
  }
}
