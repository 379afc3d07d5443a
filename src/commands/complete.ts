import type { Command } from "commander";
import { type CommandDefinition, defineCommand } from "../cli/command/define-command.ts";
import { type Candidate, completeWords } from "../cli/completion/complete-words.ts";
import {
  contextNames,
  customerNames,
  customerTags,
  savedCommandFields,
  savedCommandNames,
  usableContexts,
} from "../cli/completion/customer-names.ts";
import type { Context } from "../cli/context.ts";
import type { View } from "../cli/run-command.ts";

/** The scripts of the shells call this on every Tab: it prints the candidates for the last word, one per line. */
const candidates = (program: Command) =>
  async function* ({ terminal }: Context, words: readonly string[], next: boolean): AsyncGenerator<Candidate> {
    const { env, workingDirectory } = terminal;
    const contexts = { name: optionValue(words, "--context") };
    const search = { option: optionValue(words, "--config", "-c"), env, workingDirectory, contexts };
    const lists = {
      customer: () => customerNames(search),
      context: () => contextNames(env),
      "context-or-sandbox": () => usableContexts(env),
      tag: () => customerTags(search),
      "saved-command": () => savedCommandNames(search),
      field: () => savedCommandFields(search, optionValue(words, "--command")),
      code: async () => (await import("../lib/entry/error-catalog.ts")).failureCodes,
      topic: async () => [
        ...(await import("./help.ts")).topics.keys(),
        ...visibleCommands(program).map((command) => command.name()),
      ],
    };
    yield* await completeWords(program, next ? [...words, ""] : words, lists);
  };

/** `help` says what it is for, and not what scripts call. */
const visibleCommands = (program: Command): readonly Command[] => program.createHelp().visibleCommands(program);

/** The value of an option among the words. */
function optionValue(words: readonly string[], long: string, short = long): string | undefined {
  const at = words.findIndex((word) => word === long || word === short);
  if (at >= 0) return words[at + 1];
  return words.find((word) => word.startsWith(`${long}=`))?.slice(long.length + 1);
}

const view: View<Candidate> = ({ word, summary }) => (summary === "" ? word : `${word}\t${summary}`);

export const completeCommand = (program: Command): CommandDefinition =>
  defineCommand({
    name: "__complete",
    description: "Print the candidates for the last word of a command line.",
    arguments: {
      words: { description: "the words after the program's name, up to the cursor", optional: true, variadic: true },
    },
    options: {
      next: { flags: "--next", description: "the cursor is after a space; for shells that omit an empty word" },
    },
    run: (context, { words }, { next = false }) => candidates(program)(context, words, next),
    render: view,
    examples: [],
  });
