import { resolve } from "node:path";
import { Argument, Command, Option } from "commander";
import { parseArgument } from "../options/parsers.ts";
import { formatDuration } from "../options/times.ts";
import type { Run } from "../run-command.ts";
import type { CommandDefinition } from "./define-command.ts";
import type { ArgumentDefinition, OptionDefinition, Options } from "./define-option.ts";

/** What the commands of one command line are built with. */
export type CommandSurroundings = { readonly run: Run; readonly workingDirectory: string };

/** A command of commander that knows its definition. */
export class DefinedCommand extends Command {
  readonly definition: CommandDefinition;

  constructor(definition: CommandDefinition) {
    super(definition.name);
    this.definition = definition;
  }
}

export class DefinedOption extends Option {
  readonly definition: OptionDefinition;

  constructor(definition: OptionDefinition) {
    super(definition.flags, definition.description);
    this.definition = definition;
  }
}

export class DefinedArgument extends Argument {
  readonly definition: ArgumentDefinition;

  constructor(name: string, definition: ArgumentDefinition) {
    const { placeholder = name, optional, variadic, description } = definition;
    const term = variadic ? `${placeholder}...` : placeholder;
    super(optional ? `[${term}]` : `<${term}>`, description);
    this.definition = definition;
  }
}

/** The definition as a command of commander, with all its subcommands. */
export function buildCommand(definition: CommandDefinition, surroundings: CommandSurroundings): Command {
  const { summary, description, usage, subcommands, perform } = definition;
  const command = new DefinedCommand(definition).description(description);
  if (summary !== undefined) command.summary(summary);
  if (definition.aliases !== undefined) command.aliases(definition.aliases);
  if (usage !== undefined) command.usage(usage);
  const { workingDirectory, run } = surroundings;
  const names = Object.keys(definition.arguments);
  for (const [name, argument] of Object.entries(definition.arguments))
    command.addArgument(buildArgument(name, argument, workingDirectory));
  addOptions(command, definition.options, workingDirectory);
  for (const subcommand of subcommands) command.addCommand(buildCommand(subcommand, surroundings));
  if (perform !== undefined)
    command.action((...given: readonly unknown[]) => {
      const values = names.map((name, index) => [name, given[index] ?? emptyValue(definition.arguments[name])]);
      return perform(run, Object.fromEntries(values), optionValues(command, definition.options));
    });
  return command;
}

const emptyValue = (definition: ArgumentDefinition | undefined) => (definition?.variadic ? [] : undefined);

export function addOptions(command: Command, options: Options, workingDirectory: string): void {
  for (const option of Object.values(options)) command.addOption(buildOption(option, workingDirectory));
}

/** The values of these options by the names of their definitions. A parent reads an option that it shares with its child. */
export function optionValues(command: Command, options: Options): Readonly<Record<string, unknown>> {
  const given = command.optsWithGlobals();
  const names = Object.entries(options).map(([name, { flags }]) => [name, new Option(flags).attributeName()] as const);
  return Object.fromEntries(names.map(([name, attribute]) => [name, given[attribute]]));
}

function buildOption(definition: OptionDefinition, workingDirectory: string): Option {
  const { group, choices, required, repeatable } = definition;
  const option = new DefinedOption(definition);
  if (choices !== undefined) option.choices(choices);
  const parse = parserOf(definition, workingDirectory);
  if (parse !== undefined)
    option.argParser((text: string, before: unknown) => (repeatable ? [...listOf(before), parse(text)] : parse(text)));
  if (definition.default !== undefined) option.default(...defaultOf(definition, definition.default, workingDirectory));
  if (required) option.makeOptionMandatory();
  if (definition.hidden) option.hideHelp();
  if (group !== undefined) option.helpGroup(group);
  return option;
}

function buildArgument(name: string, definition: ArgumentDefinition, workingDirectory: string): Argument {
  const { choices, variadic, commaSeparated } = definition;
  const argument = new DefinedArgument(name, definition);
  if (choices !== undefined) argument.choices(choices);
  const parse = parserOf(definition, workingDirectory);
  if (parse === undefined) return argument;
  const parseWord = (text: string) => (commaSeparated ? text.split(/\s*,\s*/).map(parse) : [parse(text)]);
  return argument.argParser((text: string, before: unknown) =>
    variadic ? [...listOf(before), ...parseWord(text)] : parse(text),
  );
}

type Parser = (text: string) => unknown;

/** Choices need no parser: commander checks them. */
function parserOf(definition: OptionDefinition | ArgumentDefinition, workingDirectory: string): Parser | undefined {
  if (definition.path) return (text) => resolvePath(text, workingDirectory);
  return definition.parse && parseArgument(definition.parse);
}

/** The one way in which a path of the command line is resolved; `-` is standard input. */
const resolvePath = (text: string, workingDirectory: string): string =>
  text === "-" ? text : resolve(workingDirectory, text);

/** The value and its text in help: a duration is shown as it is typed. */
function defaultOf(
  { flags, defaultText, path }: OptionDefinition,
  value: unknown,
  workingDirectory: string,
): [value: unknown, text?: string] {
  if (path) return [resolvePath(String(value), workingDirectory), defaultText ?? `"${value}"`];
  if (defaultText !== undefined) return [value, defaultText];
  return flags.includes("<duration>") && typeof value === "number" ? [value, formatDuration(value)] : [value];
}

const listOf = (before: unknown): readonly unknown[] => (Array.isArray(before) ? before : []);
