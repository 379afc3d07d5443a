import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { systemErrorText } from "../domain/system-error.ts";
import { Failure } from "../errors/failure.ts";
import { makeFolder } from "./files/make-folder.ts";
import { readTextFile } from "./files/read-file.ts";
import { writeFileAtomically } from "./files/write-file-atomically.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A named config. In a protected context, a command that changes something must be given the name. */
export type NamedContext = { readonly config: string; readonly protected?: true };

/** The contexts of a user, and the one that commands use by default. */
export type Contexts = {
  readonly current?: string;
  readonly contexts: Readonly<Record<string, NamedContext>>;
};

/** The context in which a command line runs. */
export type CurrentContext = NamedContext & { readonly name: string };

/** XDG Base Directory Specification; `%APPDATA%` on Windows. */
export const userFolder = (env: Environment): string =>
  join(env.XDG_CONFIG_HOME || env.APPDATA || join(homedir(), ".config"), "xtenant");

const contextsFile = (env: Environment) => join(userFolder(env), "contexts.json");

/** Throws a plain error, for the parser of an argument. */
export function parseContextName(text: string): string {
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(text) || text === "none")
    throw new Error("expected lower-case letters, digits and hyphens, at most 32; not 'none'");
  return text;
}

/** The contexts of the user; none when the file does not exist. */
export async function readContexts(env: Environment): Promise<Contexts> {
  const file = contextsFile(env);
  const text = await readTextFile(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT" || cause.code === "ENOTDIR") return undefined;
    throw new Failure("ConfigUnreadable", `cannot read ${file}: ${systemErrorText(cause)}`, { cause });
  });
  if (text === undefined) return { contexts: {} };
  try {
    return checked(JSON.parse(text));
  } catch (cause) {
    throw new Failure("ConfigInvalid", `${file} is not a list of contexts`, { cause });
  }
}

function checked(value: Partial<Contexts> | null): Contexts {
  const { current, contexts } = value ?? {};
  if (typeof contexts !== "object" || contexts === null) throw new Error("no contexts");
  for (const { config } of Object.values(contexts)) if (typeof config !== "string") throw new Error("no config");
  return { contexts, ...(typeof current === "string" ? { current } : {}) };
}

/** Writes what the edit makes of the contexts, as a whole. */
export async function changeContexts(env: Environment, edit: (contexts: Contexts) => Contexts): Promise<void> {
  const file = contextsFile(env);
  const changed = edit(await readContexts(env));
  await makeFolder(dirname(file), 0o700);
  await writeFileAtomically(file, `${JSON.stringify(changed, undefined, 2)}\n`, 0o600);
}

/** The context with this name. Throws Failure "notFound". */
export function requireContext({ contexts }: Contexts, name: string): CurrentContext {
  const found = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (found === undefined) {
    const known = Object.keys(contexts).join(", ") || "none";
    throw new Failure("ContextNotFound", `there is no context '${name}' (known: ${known})`);
  }
  return { name, ...found };
}
