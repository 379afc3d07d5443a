import colors from "picocolors";
import type { Terminal } from "../terminal/terminal.ts";

const names = ["bold", "dim", "red", "green", "yellow", "cyan"] as const;

/** How text is coloured on one stream; without colour every function returns its text unchanged. */
export type Style = Readonly<Record<(typeof names)[number], (text: string) => string>>;

/**
 * Colour on a terminal only; `--no-color`, a non-empty NO_COLOR and TERM=dumb take it away, FORCE_COLOR gives it back
 * (no-color.org, force-color.org).
 */
export function styleFor(stream: Terminal["stdout"], env: Terminal["env"], wanted: boolean): Style {
  return hasColour(stream, env, wanted) ? coloured : plain;
}

const styleOf = (format: (name: (typeof names)[number]) => (text: string) => string) =>
  Object.fromEntries(names.map((name) => [name, format(name)])) as Style;

const plain = styleOf(() => (text) => text);

const formats = colors.createColors(true);
/** Each line is coloured on its own: a pager shows any part of a text. */
const coloured = styleOf((name) => (text) => text.replaceAll(/[^\n]+/g, (line) => formats[name](line)));

function hasColour(stream: Terminal["stdout"], env: Terminal["env"], wanted: boolean): boolean {
  if (!wanted) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  if (env.NO_COLOR) return false;
  return stream.isTTY === true && env.TERM !== "dumb";
}
