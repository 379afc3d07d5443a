import { spawn } from "node:child_process";
import { once } from "node:events";
import { hasTerminal, quoted } from "../../scripts/pictures/emulated-terminal.ts";
import { program } from "./xtenant.ts";

export { hasTerminal };

type OnTerminal = {
  readonly cwd: string;
  readonly answers: readonly (readonly [question: string, keys: string])[];
  readonly env?: Readonly<Record<string, string>>;
};

/** Runs the program on a terminal and types each answer when its question is shown. */
export async function onTerminal(args: readonly string[], { cwd, answers, env: more = {} }: OnTerminal) {
  const line = `stty cols 80 rows 24; exec ${[process.execPath, program, ...args].map(quoted).join(" ")}`;
  const { CI: _ci, ...env } = process.env;
  const child = spawn("script", ["--quiet", "--flush", "--return", "--command", line, "/dev/null"], {
    cwd,
    env: { ...env, TERM: "xterm", NO_COLOR: "1", ...more },
  });
  let screen = "";
  let [asked, answered] = [0, 0];
  child.stdout.on("data", (chunk) => {
    screen += chunk;
    const next = answers[asked];
    if (next === undefined || !screen.slice(answered).includes(next[0])) return;
    [asked, answered] = [asked + 1, screen.length];
    child.stdin.write(next[1]);
  });
  const [exitCode] = await once(child, "close");
  return { exitCode, screen, asked };
}
