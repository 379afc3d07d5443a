import { nearestName } from "../../lib/domain/nearest-name.ts";
import { Failure } from "../../lib/errors/failure.ts";
import type { ArgumentDefinition, DividedWords } from "../command/define-option.ts";

type SendOptions = Readonly<Record<string, unknown>>;

/**
 * The words of `send`: customers, and the body as the last word. There is no body among them if an option reads it, or if one
 * word is the only thing that selects a customer.
 */
export function splitSendWords(
  words: readonly string[],
  { all, tag, file, ndjson, command }: SendOptions,
): { readonly names: readonly string[]; readonly body: string | undefined } {
  const isRead = file !== undefined || ndjson !== undefined || command !== undefined;
  const isOnlyName = words.length === 1 && all === undefined && tag === undefined;
  return isRead || isOnlyName ? { names: words, body: undefined } : { names: words.slice(0, -1), body: words.at(-1) };
}

/** Every word is a name where an option reads the body. A last word that is like no customer was probably typed as the body. */
export function requireNoBody(
  words: readonly string[],
  { all, tag, file, ndjson, command }: SendOptions,
  known: readonly string[],
): void {
  const given = { "--file": file, "--ndjson": ndjson, "--command": command };
  const option = Object.entries(given).find(([, value]) => value !== undefined)?.[0];
  const isOnlyName = words.length === 1 && all === undefined && tag === undefined;
  const last = words.at(-1);
  if (option === undefined || last === undefined || isOnlyName) return;
  const isName = (word: string) => known.includes(word) || nearestName(word, known) !== undefined;
  if (last.split(",").some(isName)) return;
  throw new Failure(
    "UsageConflictingOptions",
    `a body and ${option} cannot be combined: with ${option} every word is a customer, and the last word is none`,
  );
}

export const sendWordsArgument = {
  placeholder: "customers and body",
  description:
    "names from `xtenant customers list`: acme fabrikam, or acme,fabrikam; then the body as the last word, or @file for the content of a file. With --file, --ndjson or --command every word is a name. With one name, or with - as the body, the body is read from standard input",
  optional: true,
  variadic: true,
  complete: "customer",
  commaSeparated: true,
  // Without such an option the last word would be the body.
  pick: { with: ["--file", "--ndjson", "--command"], without: ["--all", "--tag"] },
  divide: (words: readonly string[], options: SendOptions): DividedWords => {
    const { names, body } = splitSendWords(words, options);
    return { shown: names, hidden: body === undefined ? [] : [body] };
  },
} as const satisfies ArgumentDefinition;
