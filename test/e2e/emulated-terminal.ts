import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import xterm from "@xterm/headless";
import { expect } from "vitest";
import { quoted } from "./pseudo-terminal.ts";

type Size = { readonly columns: number; readonly rows: number };

export type EmulatedTerminal = AsyncDisposable & {
  /** The lines of the screen as a person sees them, without spaces at their ends. */
  readonly screen: () => string;
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
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    written += text;
    emulator.write(text);
  });
  const closed = once(child, "close");
  const screen = () =>
    Array.from({ length: emulator.rows }, (_, index) => {
      const { active } = emulator.buffer;
      return active.getLine(active.baseY + index)?.translateToString(true) ?? "";
    }).join("\n");
  return {
    screen,
    isAlternate: () => emulator.buffer.active.type === "alternate",
    written: () => written,
    type: (keys) => void child.stdin.write(keys),
    resize: ({ columns, rows }) => {
      emulator.resize(columns, rows);
      const device = new RegExp(`${marker}(\\S+)`).exec(written)?.[1] ?? "";
      spawnSync("stty", ["-F", device, "cols", String(columns), "rows", String(rows)]);
    },
    shows: (text) =>
      expect
        .poll(screen, { timeout: 15_000, interval: 20 })
        .toMatch(typeof text === "string" ? new RegExp(RegExp.escape(text)) : text),
    exitCode: closed.then(([code]) => code as number),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await closed;
    },
  };
}

/** The program's command line for the shell. */
export const shellLine = (...words: readonly string[]) => words.map(quoted).join(" ");
