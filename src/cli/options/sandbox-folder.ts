import { defaultSandboxFolder } from "../../lib/config/cache-folder.ts";
import { Failure } from "../../lib/errors/failure.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** The folder of `--dir`, or the user's own one. */
export function sandboxFolder({ env }: Pick<Terminal, "env">, given: string | undefined): string {
  const folder = given ?? defaultSandboxFolder(env);
  if (folder === undefined)
    throw new Failure("UsageMissingOption", "--dir is missing, and the user has no home folder");
  return folder;
}
