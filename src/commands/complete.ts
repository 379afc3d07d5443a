import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { type Candidate, completeWords } from "../cli/completion/complete-words.ts";
import { customerNames, customerTags } from "../cli/completion/customer-names.ts";
import type { Context } from "../cli/context.ts";
import type { Run, View } from "../cli/run-command.ts";

/** What the shells' scripts ask while somebody types: the candidates for the last word, a line each. */
const candidates = (program: CommandUnknownOpts, topics: readonly string[]) =>
  async function* ({ terminal }: Context, words: readonly string[], next: boolean): AsyncGenerator<Candidate> {
    const { env, workingDirectory } = terminal;
    const search = { option: configNamed(words), env, workingDirectory };
    const names = () => customerNames(search);
    const lists = {
      "key=value": () => customerTags(search),
      code: async () => (await import("../lib/errors/catalog/catalog.ts")).knownCodes(),
      customer: names,
      customers: names,
      words: async () => [...topics, ...program.commands.map((command) => command.name())],
    };
    yield* await completeWords(program, next ? [...words, ""] : words, lists);
  };

function configNamed(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => word === "-c" || word === "--config");
  if (at >= 0) return words[at + 1];
  return words.find((word) => word.startsWith("--config="))?.slice("--config=".length);
}

const view: View<Candidate> = ({ word, summary }) => (summary === "" ? word : `${word}\t${summary}`);

export const completeCommand = (run: Run, program: CommandUnknownOpts, topics: readonly string[]) =>
  new Command("__complete")
    .argument("[words...]", "what stands after the program's name, up to the cursor; after --")
    .option("--next", "the cursor stands after a space: for shells that drop an empty word")
    .action((words, { next = false }) => run(candidates(program, topics), view)(words, next));
