import { dirname, join, resolve } from "node:path";
import type { TransportWish } from "../domain/transport.ts";
import { Failure } from "../errors/failure.ts";
import { configFileName } from "./config-file-name.ts";
import { type CurrentContext, readContexts, requireContext, userFolder } from "./contexts.ts";
import { fileExists } from "./files/file-exists.ts";
import { backgroundSandboxConfig } from "./sandbox-context.ts";

export type ConfigSearch = {
  /** `--config`, which has priority over everything else. */
  readonly option: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  /** `--transport`, which has priority over the file and the environment. */
  readonly transport?: TransportWish;
  /** The contexts of the user are used, by default the current one. Not for the library. */
  readonly contexts?: { readonly name: string | undefined };
};

export type FoundConfig = { readonly file: string; readonly context?: CurrentContext };

/**
 * Finds the config: `--config`, then XTENANT_CONFIG, then the context, then upward from the working directory, then the user's config
 * folder. A context that is named on the command line has priority over XTENANT_CONFIG.
 */
export async function findConfig(search: ConfigSearch): Promise<FoundConfig | undefined> {
  const { option, env, workingDirectory, contexts } = search;
  if (option !== undefined && contexts?.name !== undefined)
    throw new Failure("UsageConflictingOptions", "--config and --context cannot be combined");
  const named = contexts?.name === undefined ? (option ?? env.XTENANT_CONFIG) : undefined;
  if (named) return { file: resolve(workingDirectory, named) };
  const context = contexts && (await contextOf(contexts.name ?? env.XTENANT_CONTEXT, env));
  if (context) return { file: context.config, context };
  for (const folder of [...upward(resolve(workingDirectory)), userFolder(env)]) {
    const file = join(folder, configFileName);
    if (await fileExists(file)) return { file };
  }
  return undefined;
}

async function contextOf(name: string | undefined, env: ConfigSearch["env"]): Promise<CurrentContext | undefined> {
  const contexts = await readContexts(env);
  const wanted = name || contexts.current;
  if (wanted === undefined) return undefined;
  const context = requireContext(contexts, wanted);
  if (context.config === backgroundSandboxConfig(env) && !(await fileExists(context.config)))
    throw new Failure("SandboxStopped", "the sandbox in the background was deleted");
  return context;
}

const upward = (folder: string): readonly string[] =>
  dirname(folder) === folder ? [folder] : [folder, ...upward(dirname(folder))];
