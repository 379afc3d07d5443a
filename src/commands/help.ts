import type { Command } from "commander";
import { type CommandDefinition, defineCommand } from "../cli/command/define-command.ts";
import { withBoldHeadings } from "../cli/help/bold-headings.ts";
import { Failure } from "../lib/entry/errors.ts";
import { didYouMean } from "../lib/entry/values.ts";
import { configTopic } from "./help/config.ts";
import { environmentTopic } from "./help/environment.ts";
import { exitCodesTopic } from "./help/exit-codes.ts";
import { defineTopic, type Topic } from "./help/help-topic.ts";
import { jsonTopic } from "./help/json.ts";

/** The topics of `help` besides the commands. */
export const topics: ReadonlyMap<string, Topic> = new Map([
  ["exit-codes", exitCodesTopic],
  ["environment", environmentTopic],
  ["config", configTopic],
  ["json", jsonTopic],
]);

/** A command of the tree as a topic. */
function commandTopic(program: Command, words: readonly string[]): Topic {
  const topic = words.join(" ");
  const read = async () => {
    const command = words.reduce<Command | undefined>(
      (at, word) => at?.commands.find((child) => child.name() === word),
      program,
    );
    if (command) return { topic, text: command.helpInformation().trimEnd() };
    const candidates = [...topics.keys(), ...program.commands.map((child) => child.name())];
    throw new Failure("HelpTopicUnknown", `there is no help on '${topic}'${didYouMean(topic, candidates)}`);
  };
  return defineTopic("", read, ({ text }, style) => withBoldHeadings(text, style));
}

export const helpCommand = (program: Command): CommandDefinition =>
  defineCommand({
    name: "help",
    summary: "show help for a command or a topic",
    description: [
      "Show help for a command or a topic:",
      ...[...topics].map(([name, { summary }]) => `  ${name.padEnd(13)}${summary}`),
    ].join("\n"),
    arguments: {
      words: { description: "a command or a topic", optional: true, variadic: true, complete: "topic" },
    },
    createRenderer: (_options, { words }) => (topics.get(words.join(" ")) ?? commandTopic(program, words)).open(),
    paged: "top",
    run: (_context, _args, _options, { read }) => read(),
    examples: [
      { line: "xtenant help exit-codes", what: "list the exit codes" },
      { line: "xtenant help customers add", what: "the same as xtenant customers add --help" },
      { line: "xtenant help environment --json", what: "list all environment variables as JSON" },
    ],
    seeAlso: ["help config", "help exit-codes", "demo"],
  });
