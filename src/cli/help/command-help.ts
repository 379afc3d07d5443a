import { type CommandUnknownOpts, Help } from "@commander-js/extra-typings";

/** A line that can be copied into a shell. A test runs each on a sandbox (test/e2e/examples.test.ts). */
export type Example = {
  readonly line: string;
  /** What it is good for, as a comment above it. */
  readonly what: string;
  /** The exit code where it is not 0: an example may show a refusal. */
  readonly exitCode?: number;
  /** Where it is not a Unix shell's language. */
  readonly shell?: "powershell";
  /** It goes on until it is interrupted. */
  readonly goesOn?: true;
};

export type HelpExtras = {
  readonly examples: readonly Example[];
  /** Words to read next, without the program's name: `help exit-codes`. */
  readonly seeAlso?: readonly string[];
};

/** Examples and further reading at the end of a command's help: `.configureHelp(teach({ examples: […] }))`. */
export const withExamples = (teaching: HelpExtras) => ({
  teaching,
  formatHelp: (command: CommandUnknownOpts, help: Help) =>
    [formatHelp(command, help).trimEnd(), ...paragraphs(teaching), ""].join("\n"),
});

const globals = "Global Options:";

/** What a command's own help is about comes first, and what holds for every command last. */
export function formatHelp(command: CommandUnknownOpts, help: Help): string {
  const sections = new Help().formatHelp(command, help).trimEnd().split("\n\n");
  const { own = [], shared = [] } = Object.groupBy(sections, (text) => (text.startsWith(globals) ? "shared" : "own"));
  // --help, which every command has of its own, is under a heading of its own.
  const rest = [globals, ...shared.map((text) => text.slice(globals.length + 1))].join("\n");
  return `${[...own, rest].join("\n\n")}\n`;
}

/** What a command teaches, as data for documents, the manual page and the test. */
export function helpExtrasOf(command: CommandUnknownOpts): HelpExtras {
  const help: object = command.configureHelp();
  return isTaught(help) ? help.teaching : { examples: [] };
}

const isTaught = (help: object): help is ReturnType<typeof withExamples> => "teaching" in help;

function paragraphs({ examples, seeAlso = [] }: HelpExtras): readonly string[] {
  const lines = examples.flatMap(({ line, what }) => [`  # ${what}`, `  ${line}`]);
  const further = seeAlso.map((words) => `  xtenant ${words}`);
  return [
    ...(lines.length === 0 ? [] : ["", "Examples:", ...lines]),
    ...(further.length === 0 ? [] : ["", "See also:", ...further]),
  ];
}
