import { type Command, Help } from "commander";
import { DefinedCommand } from "../command/build-command.ts";
import type { CommandDefinition } from "../command/define-command.ts";

const globals = "Global Options:";

/** The options of the command come first, those of every command last, then examples and further reading. */
export function formatHelp(command: Command, help: Help): string {
  const sections = new Help().formatHelp(command, help).trimEnd().split("\n\n");
  const { own = [], shared = [] } = Object.groupBy(sections, (text) => (text.startsWith(globals) ? "shared" : "own"));
  // Commander lists --help of a subcommand under a heading of its own.
  const rest = [globals, ...shared.map((text) => text.slice(globals.length + 1))].join("\n");
  const definition = definitionOf(command);
  return `${[...own, rest, ...(definition ? paragraphs(definition) : [])].join("\n\n")}\n`;
}

/** Undefined for a word whose file is not loaded. */
export const definitionOf = (command: Command): CommandDefinition | undefined =>
  command instanceof DefinedCommand ? command.definition : undefined;

function paragraphs({ examples, seeAlso = [] }: CommandDefinition): readonly string[] {
  const lines = examples.flatMap(({ line, what }) => [`  # ${what}`, `  ${line}`]);
  const further = seeAlso.map((words) => `  xtenant ${words}`);
  return [
    ...(lines.length === 0 ? [] : [["Examples:", ...lines].join("\n")]),
    ...(further.length === 0 ? [] : [["See also:", ...further].join("\n")]),
  ];
}
