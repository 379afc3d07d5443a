import { homedir } from "node:os";
import { join } from "node:path";

/** The folder for what must survive a run (XDG Base Directory Specification; `%LOCALAPPDATA%` on Windows). */
export const stateFolder = (env: Readonly<Record<string, string | undefined>>): string =>
  join(env.XDG_STATE_HOME || env.LOCALAPPDATA || join(env.HOME || homedir(), ".local", "state"), "xtenant");
