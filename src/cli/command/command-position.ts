import type { Command, Option } from "commander";
import { DefinedOption } from "./build-command.ts";

/** What the words of a command line up to one of them are: a command, its operands, and perhaps an option that needs a value. */
export type CommandPosition = {
  readonly command: Command;
  readonly operands: readonly string[];
  /** The option whose value comes next. */
  readonly expecting?: Option;
  /** After `--` no word is an option. */
  readonly onlyOperands: boolean;
  /** The option whose program and arguments the following words are. */
  readonly programOf?: DefinedOption;
};

export const startOf = (command: Command): CommandPosition => ({ command, operands: [], onlyOperands: false });

/** The position after one more word. */
export function nextPosition(position: CommandPosition, word: string): CommandPosition {
  const { command, operands, expecting, onlyOperands, programOf } = position;
  const passed = { command, operands, onlyOperands };
  if (programOf) return position;
  if (expecting) return passed;
  if (onlyOperands) return { ...passed, operands: [...operands, word] };
  if (word === "--") return { ...passed, onlyOperands: true, programOf: command.options.find(isProgramOption) };
  if (word.startsWith("-") && word !== "-") {
    const { option, hasValue } = optionOf(command, word);
    if (isProgramOption(option)) return { ...passed, programOf: option };
    return option?.required && !hasValue ? { ...passed, expecting: option } : passed;
  }
  const child = operands.length === 0 ? command.commands.find((one) => one.name() === word) : undefined;
  return child ? { ...passed, command: child } : { ...passed, operands: [...operands, word] };
}

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
