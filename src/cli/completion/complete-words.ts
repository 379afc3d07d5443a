import type { CommandUnknownOpts } from "@commander-js/extra-typings";

/** A word that may stand where the cursor is. */
export type Candidate = { readonly word: string; readonly summary: string };

/** What may stand for an argument or an option's value, by the name it has in help: `customer`. */
export type WordLists = Readonly<Record<string, () => Promise<readonly string[]>>>;

type Option = CommandUnknownOpts["options"][number];

/** Where a command line stands before its last word. */
type Place = {
  readonly command: CommandUnknownOpts;
  readonly operands: readonly string[];
  /** The option whose value comes next. */
  readonly expecting?: Option;
  /** After `--` no word is an option. */
  readonly onlyOperands: boolean;
};

/** The candidates for the last of these words, which may be empty; none means that a file may be meant. */
export async function completeWords(
  program: CommandUnknownOpts,
  words: readonly string[],
  lists: WordLists,
): Promise<readonly Candidate[]> {
  const start: Place = { command: program, operands: [], onlyOperands: false };
  const place = words.slice(0, -1).reduce(step, start);
  const typed = words.at(-1) ?? "";
  const candidates = (await assigned(place, typed, lists)) ?? (await candidatesAt(place, typed, lists));
  return candidates.filter(({ word }) => word.startsWith(typed));
}

/** `--queue=st`: the option and its value as one word. */
async function assigned({ command, onlyOperands }: Place, typed: string, lists: WordLists) {
  const [, name] = /^(--[\w-]+)=/.exec(typed) ?? [];
  const option = onlyOperands ? undefined : optionsOf(command).find(({ long }) => name !== undefined && long === name);
  if (option === undefined) return undefined;
  const values = await listed(option.argChoices, lists[placeholder(option)]);
  return values.map(({ word, summary }) => ({ word: `${name}=${word}`, summary }));
}

function step(place: Place, word: string): Place {
  const { command, operands, expecting, onlyOperands } = place;
  const passed = { command, operands, onlyOperands };
  if (expecting) return passed;
  if (onlyOperands) return { ...passed, operands: [...operands, word] };
  if (word === "--") return { ...passed, onlyOperands: true };
  if (word.startsWith("-")) {
    const option = optionsOf(command).find(({ short, long }) => word === short || word === long);
    return option?.required ? { ...passed, expecting: option } : passed;
  }
  const child = operands.length === 0 ? command.commands.find((one) => one.name() === word) : undefined;
  return child ? { ...passed, command: child } : { ...passed, operands: [...operands, word] };
}

async function candidatesAt(
  { command, operands, expecting, onlyOperands }: Place,
  typed: string,
  lists: WordLists,
): Promise<readonly Candidate[]> {
  if (expecting) return listed(expecting.argChoices, lists[placeholder(expecting)]);
  if (typed.startsWith("-") && !onlyOperands)
    return optionsOf(command).map(({ short, long, description }) => ({
      word: long ?? short ?? "",
      summary: description,
    }));
  const children = operands.length > 0 || onlyOperands ? [] : command.createHelp().visibleCommands(command);
  const args = command.registeredArguments;
  const last = args.at(-1);
  const argument = args[operands.length] ?? (last?.variadic ? last : undefined);
  const values = argument ? await listed(argument.argChoices, lists[argument.name()]) : [];
  // Several may stand in one word: acme,fabrikam.
  const before = argument?.name() === "customers" ? typed.slice(0, typed.lastIndexOf(",") + 1) : "";
  const named = [...operands, ...before.split(",")];
  return [
    ...children.map((child) => ({ word: child.name(), summary: child.summary() || child.description() })),
    ...values
      .filter(({ word }) => !named.includes(word))
      .map(({ word, summary }) => ({ word: before + word, summary })),
  ];
}

const optionsOf = (command: CommandUnknownOpts): readonly Option[] => {
  const help = command.createHelp();
  return [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
};

const placeholder = ({ flags }: Option) => /[<[]([^\]>]+)/.exec(flags)?.[1] ?? "";

const listed = async (choices: readonly string[] | undefined, list: WordLists[string] | undefined) =>
  (choices ?? (await list?.()) ?? []).map((word) => ({ word, summary: "" }));
