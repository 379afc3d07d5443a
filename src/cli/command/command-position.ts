import type { Command, Option } from "commander";
import { DefinedOption } from "./build-command.ts";

/** What the words of a command line up to one of them are: a command, its operands, and perhaps an option that needs a value. */
export type CommandPosition = {
  readonly command: Command;
  readonly operands: readonly string[];
  /** The options so far; undefined for one that the command does not have. */
  readonly options: readonly (Option | undefined)[];
  /** The option whose value comes next. */
  readonly expecting?: Option;
  /** After `--` no word is an option. */
  readonly onlyOperands: boolean;
  /** The option whose program and arguments the following words are. */
  readonly programOf?: DefinedOption;
};

export const startOf = (command: Command): CommandPosition => ({
  command,
  operands: [],
  options: [],
  onlyOperands: false,
});

/** The position after one more word. */
export function nextPosition(position: CommandPosition, word: string): CommandPosition {
  const { command, operands, options, expecting, onlyOperands, programOf } = position;
  const passed = { command, operands, options, onlyOperands };
  if (programOf) return position;
  if (expecting) return passed;
  if (onlyOperands) return { ...passed, operands: [...operands, word] };
  if (word === "--") return { ...passed, onlyOperands: true, programOf: command.options.find(isProgramOption) };
  if (word.startsWith("-") && word !== "-") {
    const { option, hasValue } = optionOf(command, word);
    const named = { ...passed, options: [...options, option] };
    if (isProgramOption(option)) return { ...named, programOf: option };
    return option?.required && !hasValue ? { ...named, expecting: option } : named;
  }
  const child = operands.length === 0 ? command.commands.find((one) => isNamed(one, word)) : undefined;
  return child ? { ...passed, command: child } : { ...passed, operands: [...operands, word] };
}

const isNamed = (command: Command, word: string) => command.name() === word || command.aliases().includes(word);

/** The options of the command and those of every command. */
export const optionsAt = (command: Command): readonly Option[] => {
  const help = command.createHelp();
  return [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
};

const isProgramOption = (option: Option | undefined): option is DefinedOption =>
  option instanceof DefinedOption && option.definition.program === true;

type NamedOption = { readonly option: Option | undefined; readonly hasValue: boolean };

/** The option that a word names: `--max`, `--max=3`, `-n`, `-n3`. In `-qn` it is the last one. */
function optionOf(command: Command, word: string): NamedOption {
  const options = optionsAt(command);
  if (word.startsWith("--")) {
    const [name, value] = word.split("=", 2);
    return { option: options.find(({ long }) => long === name), hasValue: value !== undefined };
  }
  const option = options.find(({ short }) => short === word.slice(0, 2));
  const rest = word.slice(2);
  const isLast = rest === "" || option === undefined || option.required || option.optional;
  return isLast ? { option, hasValue: rest !== "" } : optionOf(command, `-${rest}`);
}
