import { type ChildProcess, spawn } from "node:child_process";
import { platform as systemPlatform } from "node:os";
import stringWidth from "fast-string-width";
import type { Terminal } from "../terminal/terminal.ts";

type Environment = Terminal["env"];

/** The pager of a user as it is started: a program with its arguments, or a line for the shell. Undefined for none. */
export type Pager = { readonly program: string; readonly args: readonly string[]; readonly shell: boolean };

/**
 * XTENANT_PAGER, then PAGER, then `less`. An empty value and `cat` mean none. A line that needs a shell gets one, as in git.
 * Windows has no usual pager that shows colors.
 */
export function pagerOf(env: Environment, platform = systemPlatform()): Pager | undefined {
  const line = (env.XTENANT_PAGER ?? env.PAGER ?? (platform === "win32" ? "" : "less")).trim();
  if (line === "" || line === "cat") return undefined;
  if (!/^[\w./:=,@+ -]+$/.test(line)) return { program: line, args: [], shell: true };
  const [program = line, ...args] = line.split(/ +/);
  return { program, args, shell: false };
}

/** Where a person begins to read. */
export type PageStart = "top" | "end";

/**
 * The settings of `less` where the user has none, as in git. It ends at once if the text fits on the screen, shows colors, and
 * leaves the text where it is at the end.
 */
export const pagerEnvironment = (env: Environment, start: PageStart): Environment => ({
  ...env,
  LESS: env.LESS ?? (start === "end" ? "-FRX +G" : "-FRX"),
});

/** Whether the text, with the line of the shell below it, needs more rows than the terminal has. */
export function isLonger(
  text: string,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): boolean {
  let used = 1;
  for (const line of text.split("\n")) {
    used += Math.max(1, Math.ceil(stringWidth(line) / columns));
    if (used > rows) return true;
  }
  return false;
}

/**
 * Shows a text in the user's pager, and resolves when the person has left it. False where there is no pager, or none that can be
 * started: nothing was shown then. Meanwhile, Ctrl-C is the pager's own.
 */
export async function showInPager(
  text: string,
  start: PageStart,
  { env, job }: Pick<Terminal, "env" | "job">,
): Promise<boolean> {
  const pager = pagerOf(env);
  if (pager === undefined) return false;
  using _ = job?.ignoreInterrupts();
  const child = spawn(pager.program, [...pager.args], {
    stdio: ["pipe", "inherit", "inherit"],
    env: { ...pagerEnvironment(env, start) },
    shell: pager.shell,
  });
  // A person may leave the pager before it has read everything.
  child.stdin?.on("error", () => {});
  child.stdin?.end(`${text}\n`);
  return (await exitCodeOf(child)) !== notFound;
}

/** The exit code of a shell that does not find the program. */
const notFound = 127;

const exitCodeOf = (child: ChildProcess) =>
  new Promise<number>((resolve) => {
    child.once("error", () => resolve(notFound));
    child.once("close", (code) => resolve(code ?? 0));
  });
