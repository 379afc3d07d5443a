import type { Command } from "commander";
import { DefinedArgument } from "./build-command.ts";
import { type CommandPosition, nextPosition, startOf } from "./command-position.ts";

/** An argument that a person can pick, and the place of its words in the command line. */
export type MissingArgument = {
  readonly argument: DefinedArgument;
  readonly at: number;
  /** The values of `--config` and `--context`, which say where the choices are. */
  readonly config?: string;
  readonly context?: string;
};

/**
 * The argument that is missing on a command line and can be picked from a list. Undefined where a program reads the results, where
 * help is shown, and where something else is missing or wrong, which is reported instead.
 */
export function findMissingArgument(program: Command, words: readonly string[]): MissingArgument | undefined {
  let position = startOf(program);
  let at = 0;
  const values: Record<string, string> = {};
  for (const [index, word] of words.entries()) {
    const { command, expecting } = position;
    if (expecting?.long) values[expecting.long] = word;
    const [, name = "", value] = /^(--[\w-]+)=(.*)$/s.exec(word) ?? [];
    if (value !== undefined) values[name] = value;
    position = nextPosition(position, word);
    if (position.command !== command) at = index + 1;
  }
  const [argument, ...others] = position.command.registeredArguments;
  if (!(argument instanceof DefinedArgument) || others.some(({ required }) => required)) return undefined;
  if (!isMissing(position, argument)) return undefined;
  const { "--config": config, "--context": context } = values;
  return { argument, at, ...(config === undefined ? {} : { config }), ...(context === undefined ? {} : { context }) };
}

/** With these xtenant does not ask. */
const forPrograms = ["--json", "--output", "--query", "--help", "--version"];

function isMissing({ command, operands, options, expecting }: CommandPosition, argument: DefinedArgument): boolean {
  const { pick } = argument.definition;
  if (pick === undefined || operands.length > 0 || expecting !== undefined) return false;
  const given = options.map((option) => option?.long);
  if (given.some((name) => name === undefined || name === null || forPrograms.includes(name))) return false;
  const has = (name: string) => given.includes(name);
  if (command.options.some(({ mandatory, long }) => mandatory && !has(long ?? ""))) return false;
  return !pick.without?.some(has) && (pick.with === undefined || pick.with.some(has));
}
