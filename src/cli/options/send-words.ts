import type { ArgumentDefinition, DividedWords } from "../command/define-option.ts";

type SendOptions = Readonly<Record<string, unknown>>;

/**
 * The words of `send`: customers, and the body as the last word. There is no body among them if an option reads it, or if one
 * word is the only thing that selects a customer.
 */
export function splitSendWords(
  words: readonly string[],
  { all, tag, file, ndjson }: SendOptions,
): { readonly names: readonly string[]; readonly body: string | undefined } {
  const isRead = file !== undefined || ndjson !== undefined;
  const isOnlyName = words.length === 1 && all === undefined && tag === undefined;
  return isRead || isOnlyName ? { names: words, body: undefined } : { names: words.slice(0, -1), body: words.at(-1) };
}

export const sendWordsArgument = {
  placeholder: "customers and body",
  description:
    "names from `xtenant customers list`: acme fabrikam, or acme,fabrikam; then the body as the last word. With --file or --ndjson every word is a name. With one name, or with - as the body, the body is read from standard input",
  optional: true,
  variadic: true,
  complete: "customer",
  commaSeparated: true,
  divide: (words: readonly string[], options: SendOptions): DividedWords => {
    const { names, body } = splitSendWords(words, options);
    return { shown: names, hidden: body === undefined ? [] : [body] };
  },
} as const satisfies ArgumentDefinition;
