import type { Terminal } from "../terminal/terminal.ts";

/** What stands for xtenant's own signs where the terminal has no UTF-8. Foreign text stays as it is. */
const signs: Readonly<Record<string, string>> = {
  "✓": "+",
  "✗": "x",
  "·": ".",
  "–": "-",
  "…": "...",
  "→": "->",
  "↑": "up",
  "↓": "down",
  "█": "#",
  "░": ".",
  ...Object.fromEntries([..."▁▂▃▄▅▆▇"].map((bar, index) => [bar, "__--==#"[index] ?? "#"])),
  ...Object.fromEntries([..."⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"].map((frame, index) => [frame, "|/-\\"[index % 4] ?? "|"])),
};
const pattern = new RegExp(`[${Object.keys(signs).join("")}]`, "g");

/** The first of these variables that is set decides (POSIX, 8.2). Where none is, UTF-8 is expected. */
const localeOf = ({ LC_ALL, LC_CTYPE, LANG }: Terminal["env"]) => LC_ALL || LC_CTYPE || LANG;

export const isAsciiTerminal = (stream: Terminal["stdout"], env: Terminal["env"]): boolean =>
  stream.isTTY === true && !/utf-?8/i.test(localeOf(env) ?? "utf-8");

export const toAscii = (text: string): string => text.replaceAll(pattern, (sign) => signs[sign] ?? sign);

/** The stream, with ASCII for the signs where the terminal needs that. Lines of JSON stay as they are. */
export function asciiStream<Stream extends Terminal["stdout"]>(stream: Stream, env: Terminal["env"]): Stream {
  if (!isAsciiTerminal(stream, env)) return stream;
  return new Proxy(stream, {
    get: (target, name) => {
      const value = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (name !== "write") return value.bind(target);
      return (chunk: unknown, ...rest: readonly unknown[]) =>
        value.call(target, typeof chunk === "string" && !chunk.startsWith("{") ? toAscii(chunk) : chunk, ...rest);
    },
  });
}

/** The text as the terminal shows it, for a program that shows it there. */
export const asciiText = (text: string, { stdout, env }: Pick<Terminal, "stdout" | "env">): string =>
  isAsciiTerminal(stdout, env) ? toAscii(text) : text;
