import type { Argument, Command, Option } from "commander";
import { DefinedArgument, DefinedOption } from "../command/build-command.ts";
import { type CommandPosition, nextPosition, optionsAt, startOf } from "../command/command-position.ts";
import type { CompletionSource } from "../command/define-option.ts";

/** A word that can take the place of the last one. */
export type Candidate = { readonly word: string; readonly summary: string };

/** The values of each source. A source that has no list is left to the shell, which completes files. */
export type WordLists = Readonly<Partial<Record<CompletionSource, () => Promise<readonly string[]>>>>;

/** The candidates for the last of these words, which may be empty. If there are none, the shell completes a file. */
export async function completeWords(
  program: Command,
  words: readonly string[],
  lists: WordLists,
): Promise<readonly Candidate[]> {
  const position = words.slice(0, -1).reduce(nextPosition, startOf(program));
  if (position.programOf) return [];
  const typed = words.at(-1) ?? "";
  const candidates = (await completeAssignment(position, typed, lists)) ?? (await candidatesAt(position, typed, lists));
  return candidates.filter(({ word }) => word.startsWith(typed));
}

/** `--queue=st`: the option and its value as one word. */
async function completeAssignment({ command, onlyOperands }: CommandPosition, typed: string, lists: WordLists) {
  const [, name] = /^(--[\w-]+)=/.exec(typed) ?? [];
  const option = onlyOperands ? undefined : optionsAt(command).find(({ long }) => name !== undefined && long === name);
  if (option === undefined) return undefined;
  const values = await valuesOf(option, lists);
  return values.map(({ word, summary }) => ({ word: `${name}=${word}`, summary }));
}

async function candidatesAt(
  { command, operands, expecting, onlyOperands }: CommandPosition,
  typed: string,
  lists: WordLists,
): Promise<readonly Candidate[]> {
  if (expecting) return valuesOf(expecting, lists);
  if (typed.startsWith("-") && !onlyOperands)
    return optionsAt(command).map(({ short, long, description }) => ({
      word: long ?? short ?? "",
      summary: description,
    }));
  const children = operands.length > 0 || onlyOperands ? [] : command.createHelp().visibleCommands(command);
  const args = command.registeredArguments;
  const last = args.at(-1);
  const argument = args[operands.length] ?? (last?.variadic ? last : undefined);
  const values = argument ? await valuesOf(argument, lists) : [];
  const commaSeparated = argument instanceof DefinedArgument && argument.definition.commaSeparated;
  const before = commaSeparated ? typed.slice(0, typed.lastIndexOf(",") + 1) : "";
  const named = [...operands.flatMap((word) => (commaSeparated ? word.split(",") : word)), ...before.split(",")];
  return [
    ...children.map((child) => ({ word: child.name(), summary: child.summary() || child.description() })),
    ...values
      .filter(({ word }) => !named.includes(word))
      .map(({ word, summary }) => ({ word: before + word, summary })),
  ];
}

async function valuesOf(expected: Option | Argument, lists: WordLists): Promise<readonly Candidate[]> {
  const isDefined = expected instanceof DefinedOption || expected instanceof DefinedArgument;
  const source = isDefined ? expected.definition.complete : undefined;
  const words = expected.argChoices ?? (source && (await lists[source]?.())) ?? [];
  return words.map((word) => ({ word, summary: "" }));
}
