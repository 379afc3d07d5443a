import { Chalk, type ChalkInstance } from "chalk";
import type { Terminal } from "../terminal/terminal.ts";

/** How text is coloured on one stream; without colour every function returns its text unchanged. */
export type Style = Pick<ChalkInstance, "bold" | "dim" | "red" | "green" | "yellow" | "cyan">;

/**
 * Colour on a terminal only; `--no-color`, a non-empty NO_COLOR and TERM=dumb take it away, FORCE_COLOR gives it back
 * (no-color.org, force-color.org).
 */
export function styleFor(stream: Terminal["stdout"], env: Terminal["env"], wanted: boolean): Style {
  return new Chalk({ level: hasColour(stream, env, wanted) ? 1 : 0 });
}

function hasColour(stream: Terminal["stdout"], env: Terminal["env"], wanted: boolean): boolean {
  if (!wanted) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  if (env.NO_COLOR) return false;
  return stream.isTTY === true && env.TERM !== "dumb";
}
