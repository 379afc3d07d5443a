import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Context } from "../cli/context.ts";
import { withExamples } from "../cli/help/command-help.ts";
import type { Run, View } from "../cli/run-command.ts";
import { didYouMean } from "../lib/domain/nearest-name.ts";
import { Failure } from "../lib/errors/failure.ts";
import { configTopic } from "./help/config.ts";
import { environmentTopic } from "./help/environment.ts";
import { exitCodesTopic } from "./help/exit-codes.ts";
import type { Topic } from "./help/help-topic.ts";
import { jsonTopic } from "./help/json.ts";

/** What `help` knows beside the commands. */
export const topics: ReadonlyMap<string, Topic> = new Map([
  ["exit-codes", exitCodesTopic],
  ["environment", environmentTopic],
  ["config", configTopic],
  ["json", jsonTopic],
]);

type Help = { readonly topic: string; readonly text: string };

/** Help for a command of the tree. */
const helpOn =
  (program: CommandUnknownOpts) =>
  async (_context: Context, words: readonly string[]): Promise<Help> => {
    const topic = words.join(" ");
    const command = words.reduce<CommandUnknownOpts | undefined>(
      (at, word) => at?.commands.find((child) => child.name() === word),
      program,
    );
    if (command) return { topic, text: command.helpInformation().trimEnd() };
    const candidates = [...topics.keys(), ...program.commands.map((child) => child.name())];
    throw new Failure("usage", `there is no help on '${topic}'${didYouMean(topic, candidates)}`, {
      code: "NoSuchTopic",
      hint: "xtenant --help",
    });
  };

const view: View<Help> = ({ text }) => text;

export const helpCommand = (run: Run, program: CommandUnknownOpts) =>
  new Command("help")
    .summary("show help on a command or a topic")
    .description(
      [
        "Show help on a command, or on a topic:",
        ...[...topics].map(([name, { summary }]) => `  ${name.padEnd(13)}${summary}`),
      ].join("\n"),
    )
    .argument("[words...]", "a command or a topic")
    .configureHelp(
      withExamples({
        examples: [
          { line: "xtenant help exit-codes", what: "what a script can tell from an exit code" },
          { line: "xtenant help customers add", what: "the same as xtenant customers add --help" },
          { line: "xtenant help environment --json", what: "every environment variable, as data" },
        ],
        seeAlso: ["help config", "help exit-codes", "demo"],
      }),
    )
    .action((words) => {
      const topic = topics.get(words.join(" "));
      return topic ? topic.show(run) : run(helpOn(program), view)(words);
    });
