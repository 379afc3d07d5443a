import type { Terminal } from "./terminal.ts";

export type Key = "up" | "down" | "page-up" | "page-down" | "home" | "end" | "quit";

const keys: ReadonlyMap<string, Key> = new Map<string, Key>([
  ["\u001b[A", "up"],
  ["\u001bOA", "up"],
  ["k", "up"],
  ["\u001b[B", "down"],
  ["\u001bOB", "down"],
  ["j", "down"],
  ["\u001b[5~", "page-up"],
  ["\u001b[6~", "page-down"],
  [" ", "page-down"],
  ["\u001b[H", "home"],
  ["\u001b[1~", "home"],
  ["g", "home"],
  ["\u001b[F", "end"],
  ["\u001b[4~", "end"],
  ["G", "end"],
  ["q", "quit"],
]);

const [controlC, controlZ] = ["\u0003", "\u001a"];

type Raw = { setRawMode(isRaw: boolean): unknown };

/**
 * Reads single keys, so that the terminal does not print what is typed into the text that is redrawn. Ctrl-C and Ctrl-Z then come as
 * keys, and do what they always do. Undefined where no person types, and for a job in the background, which a terminal would stop.
 */
export function openKeys(
  { stdin, env, job }: Pick<Terminal, "stdin" | "env" | "job">,
  { onKey, onSuspend, onResume }: { onKey: (key: Key) => void; onSuspend: () => void; onResume: () => void },
): Disposable | undefined {
  if (!stdin.isTTY || env.CI || job === undefined || !isRawCapable(stdin) || !job.isForeground()) return undefined;
  const listen = (data: Buffer | string) => {
    const text = String(data);
    if (text === controlC) return job.interrupt();
    if (text === controlZ) {
      onSuspend();
      stdin.setRawMode(false);
      return job.suspend();
    }
    const key = keys.get(text);
    if (key === "quit") job.interrupt();
    else if (key) onKey(key);
  };
  const ignoreContinue = job.onContinue(() => {
    stdin.setRawMode(true);
    onResume();
  });
  stdin.setRawMode(true);
  stdin.on("data", listen);
  stdin.resume();
  return {
    [Symbol.dispose]: () => {
      ignoreContinue();
      stdin.off("data", listen);
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
}

const isRawCapable = (stdin: object): stdin is Raw => "setRawMode" in stdin && typeof stdin.setRawMode === "function";
