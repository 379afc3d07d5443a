import type { Terminal } from "./terminal.ts";

export type Key = "up" | "down" | "page-up" | "page-down" | "home" | "end" | "quit" | "filter" | "help" | TypedKey;
/** What a key is while a person types a text. */
export type TypedKey = "accept" | "leave" | "erase" | { readonly text: string };

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
  ["/", "filter"],
  ["?", "help"],
]);

const typedKeys: ReadonlyMap<string, TypedKey> = new Map<string, TypedKey>([
  ["\r", "accept"],
  ["\n", "accept"],
  ["\u001b", "leave"],
  ["\u007f", "erase"],
  ["\b", "erase"],
]);

/** Sequences of function keys, and single characters: several keys can come at once. */
const oneKey = new RegExp(`${"\u001b"}(?:\\[[0-9;]*[~A-Za-z]|O[A-Za-z])|.`, "gsu");

const [controlC, controlZ] = ["\u0003", "\u001a"];

type Raw = { setRawMode(isRaw: boolean): unknown };

type Listener = {
  readonly onKey: (key: Key) => void;
  /** Whether a text is being typed: letters are then only letters. */
  readonly isTyping?: () => boolean;
  readonly onSuspend: () => void;
  readonly onResume: () => void;
};

/**
 * Reads single keys, so that the terminal does not print what is typed into the text that is redrawn. Ctrl-C and Ctrl-Z then come as
 * keys, and do what they always do. Undefined where no person types, and for a job in the background, which a terminal would stop.
 */
export function openKeys(
  { stdin, env, job }: Pick<Terminal, "stdin" | "env" | "job">,
  { onKey, isTyping = () => false, onSuspend, onResume }: Listener,
): Disposable | undefined {
  if (!stdin.isTTY || env.CI || job === undefined || !isRawCapable(stdin) || !job.isForeground()) return undefined;
  const press = (sequence: string) => {
    if (sequence === controlC) return job.interrupt();
    if (sequence === controlZ) {
      onSuspend();
      stdin.setRawMode(false);
      return job.suspend();
    }
    const key = isTyping() ? typedKey(sequence) : (keys.get(sequence) ?? typedKeys.get(sequence));
    if (key === "quit") job.interrupt();
    else if (key) onKey(key);
  };
  const listen = (data: Buffer | string) => {
    for (const [sequence] of String(data).matchAll(oneKey)) press(sequence);
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

const typedKey = (sequence: string): Key | undefined => {
  const key = typedKeys.get(sequence);
  if (key !== undefined) return key;
  return /^\P{C}$/u.test(sequence) ? { text: sequence } : undefined;
};

const isRawCapable = (stdin: object): stdin is Raw => "setRawMode" in stdin && typeof stdin.setRawMode === "function";
