import { join } from "node:path";
import { configFileName } from "./config-file-name.ts";
import { stateFolder } from "./state-folder.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The context of the sandbox in the background, unless the user gave this name to another config. */
export const sandboxContext = "sandbox";

/** The folder of the sandbox in the background, which `context use sandbox` starts. */
export const backgroundSandboxFolder = (env: Environment): string => join(stateFolder(env), "sandbox");

export const backgroundSandboxConfig = (env: Environment): string => join(backgroundSandboxFolder(env), configFileName);
