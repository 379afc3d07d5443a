import type { Command } from "commander";
import { Failure } from "../../lib/errors/failure.ts";
import { nextPosition, startOf } from "./command-position.ts";

/** The words of a command line that are not those of a program. */
export type OwnWords = {
  readonly own: readonly string[];
  /** The option that has the program's words as its value. */
  readonly programOption?: string;
};

/**
 * Gives an option such as `--exec` all words after it, and returns the words before it. Commander would read options among them.
 * `--` in place of the option does the same. Throws Failure "usage" where no program follows.
 */
export function takeProgramWords(root: Command, argv: readonly string[]): OwnWords {
  let position = startOf(root);
  for (const [index, word] of argv.entries()) {
    position = nextPosition(position, word);
    const { command, programOf } = position;
    if (programOf === undefined) continue;
    const name = programOf.long ?? programOf.flags;
    const program = programAfter(word, argv.slice(index + 1));
    if (program[0] === undefined || program[0] === "")
      throw new Failure("UsageMissingOptionValue", `no program after ${word === "--" ? "--" : name}`);
    command.setOptionValueWithSource(programOf.attributeName(), program, "cli");
    return { own: argv.slice(0, index), programOption: name };
  }
  return { own: argv };
}

/** The program and its arguments. With the option, one `--` before or after the program is not part of them. */
function programAfter(word: string, rest: readonly string[]): readonly string[] {
  if (word === "--") return rest;
  const words = word.includes("=") ? [word.slice(word.indexOf("=") + 1), ...rest] : rest;
  const separator = words.slice(0, 2).indexOf("--");
  return separator < 0 ? words : words.toSpliced(separator, 1);
}
