import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import xterm from "@xterm/headless";

/** util-linux's `script` runs a program on its own terminal. */
export const hasTerminal = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;

export const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** The program's command line for the shell. */
export const shellLine = (...words: readonly string[]) => words.map(quoted).join(" ");

type Size = { readonly columns: number; readonly rows: number };

/** A sign on the screen. `colour` is a number of the palette, or undefined for the terminal's own. */
export type Cell = {
  readonly text: string;
  readonly width: number;
  readonly colour: number | undefined;
  readonly isBold: boolean;
  readonly isDim: boolean;
};

export type EmulatedTerminal = AsyncDisposable & {
  /** The lines of the screen as a person sees them, without spaces at their ends. */
  readonly screen: () => string;
  /** The same with colours, one sign for each column; what the second half of a wide sign covers has the width 0. */
  readonly cells: () => readonly (readonly Cell[])[];
  /** Whether a program has the screen for itself. */
  readonly isAlternate: () => boolean;
  /** All that was written, with its control sequences. */
  readonly written: () => string;
  readonly type: (keys: string) => void;
  readonly resize: (size: Size) => void;
  /** Waits until the screen has this text. */
  readonly shows: (text: string | RegExp) => Promise<void>;
  readonly exitCode: Promise<number>;
};

const patience = 15_000;

/** Runs a command line of a shell on a terminal of its own: util-linux's `script`, and an emulator that keeps the screen. */
export function openTerminal(
  line: string,
  { cwd, env, ...size }: Size & { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): EmulatedTerminal {
  const emulator = new xterm.Terminal({ cols: size.columns, rows: size.rows, allowProposedApi: true });
  const marker = "terminal: ";
  const command = `stty cols ${size.columns} rows ${size.rows}; printf '${marker}%s\\r\\n' "$(tty)"; clear; ${line}`;
  const child = spawn("script", ["--quiet", "--flush", "--return", "--command", command, "/dev/null"], {
    cwd,
    env: { ...env, TERM: "xterm-256color", SHELL: "/bin/bash" },
  });
  let written = "";
  const checks = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    written += text;
    emulator.write(text, () => {
      for (const check of checks) check();
    });
  });
  const closed = once(child, "close");
  const lines = () =>
    Array.from({ length: emulator.rows }, (_, index) => {
      const { active } = emulator.buffer;
      return active.getLine(active.baseY + index);
    });
  const screen = () =>
    lines()
      .map((row) => row?.translateToString(true) ?? "")
      .join("\n");
  return {
    screen,
    cells: () =>
      lines().map((row) =>
        Array.from({ length: emulator.cols }, (_, column): Cell => {
          const cell = row?.getCell(column);
          return {
            text: cell?.getChars() || " ",
            width: cell?.getWidth() ?? 1,
            colour: cell?.isFgPalette() ? cell.getFgColor() : undefined,
            isBold: Number(cell?.isBold()) > 0,
            isDim: Number(cell?.isDim()) > 0,
          };
        }),
      ),
    isAlternate: () => emulator.buffer.active.type === "alternate",
    written: () => written,
    type: (keys) => void child.stdin.write(keys),
    resize: ({ columns, rows }) => {
      emulator.resize(columns, rows);
      const device = new RegExp(`${marker}(\\S+)`).exec(written)?.[1] ?? "";
      spawnSync("stty", ["-F", device, "cols", String(columns), "rows", String(rows)]);
    },
    shows: (text) => {
      const pattern = typeof text === "string" ? new RegExp(RegExp.escape(text)) : text;
      const shown = Promise.withResolvers<void>();
      const check = () => pattern.test(screen()) && shown.resolve();
      // Here, so that its stack names the caller.
      const failure = new Error(`the screen does not show ${text}`);
      const late = () => {
        failure.message += `, but\n${screen()}`;
        shown.reject(failure);
      };
      const timer = setTimeout(late, patience);
      checks.add(check);
      check();
      return shown.promise.finally(() => {
        clearTimeout(timer);
        checks.delete(check);
      });
    },
    exitCode: closed.then(([code]) => code as number),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await closed;
    },
  };
}
