import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { TransportWish } from "../domain/transport.ts";
import { fileExists } from "./files/file-exists.ts";

export const configFileName = "xtenant.json";

export type ConfigSearch = {
  /** `--config`, which has priority over everything else. */
  readonly option: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  /** `--transport`, which has priority over the file and the environment. */
  readonly transport?: TransportWish;
};

/** Finds the config: `--config`, then XTENANT_CONFIG, then upward from the working directory, then the user's config folder. */
export async function findConfig({ option, env, workingDirectory }: ConfigSearch): Promise<string | undefined> {
  const named = option ?? env.XTENANT_CONFIG;
  if (named) return resolve(workingDirectory, named);
  for (const folder of [...upward(resolve(workingDirectory)), userFolder(env)]) {
    const file = join(folder, configFileName);
    if (await fileExists(file)) return file;
  }
  return undefined;
}

/** XDG Base Directory Specification; `%APPDATA%` on Windows. */
const userFolder = (env: ConfigSearch["env"]): string =>
  join(env.XDG_CONFIG_HOME || env.APPDATA || join(homedir(), ".config"), "xtenant");

const upward = (folder: string): readonly string[] =>
  dirname(folder) === folder ? [folder] : [folder, ...upward(dirname(folder))];
