import { Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import packageJson from "../package.json" with { type: "json" };
import { formatHelp, withExamples } from "./cli/help/command-help.ts";
import { formatDuration } from "./cli/options/parsers.ts";
import type { Run } from "./cli/run-command.ts";
import type { Terminal } from "./cli/terminal/terminal.ts";
import { helpCommand, topics } from "./commands/help.ts";
import { transports } from "./lib/domain/transport.ts";

type MakeCommand = (run: Run) => CommandUnknownOpts;

/** The command tree: the word typed, its summary, and where it is. A command's file is loaded only when its word is typed. */
export const words: Readonly<Record<string, { summary: string; load: () => Promise<MakeCommand> }>> = {
  init: { summary: "write a config file", load: async () => (await import("./commands/init.ts")).initCommand },
  app: {
    summary: "the Provider's app registration and its credentials",
    load: async () => (await import("./commands/app/app.ts")).appCommand,
  },
  onboard: {
    summary: "have a Customer's tenant admit the app",
    load: async () => (await import("./commands/onboard.ts")).onboardCommand,
  },
  grant: {
    summary: "give the app its role on a Customer's queues",
    load: async () => (await import("./commands/grant.ts")).grantCommand,
  },
  verify: {
    summary: "check every link of the chain, changing nothing",
    load: async () => (await import("./commands/verify.ts")).verifyCommand,
  },
  send: {
    summary: "put messages into Customers' command queues",
    load: async () => (await import("./commands/send.ts")).sendCommand,
  },
  scheduled: {
    summary: "commands that a queue keeps back until their time",
    load: async () => (await import("./commands/scheduled/scheduled.ts")).scheduledCommand,
  },
  poll: {
    summary: "read Customers' status queues",
    load: async () => (await import("./commands/poll.ts")).pollCommand,
  },
  "dead-letter": {
    summary: "what queues could not deliver: look, send again, remove",
    load: async () => (await import("./commands/dead-letter/dead-letter.ts")).deadLetterCommand,
  },
  respond: {
    summary: "act as the Customer: read commands, write statuses",
    load: async () => (await import("./commands/respond.ts")).respondCommand,
  },
  offboard: {
    summary: "take the app's roles and service principal away again",
    load: async () => (await import("./commands/offboard.ts")).offboardCommand,
  },
  customers: {
    summary: "the Customers in the config",
    load: async () => (await import("./commands/customers/customers.ts")).customersCommand,
  },
  status: {
    summary: "show all Customers at one glance",
    load: async () => (await import("./commands/status.ts")).statusCommand,
  },
  whoami: {
    summary: "show which identity is used for a Customer",
    load: async () => (await import("./commands/whoami.ts")).whoamiCommand,
  },
  explain: {
    summary: "explain a code of Entra, Graph, Resource Manager or Service Bus",
    load: async () => (await import("./commands/explain.ts")).explainCommand,
  },
  sandbox: {
    summary: "run a local stand-in for Azure",
    load: async () => (await import("./commands/sandbox.ts")).sandboxCommand,
  },
  completion: {
    summary: "complete words in bash, zsh, fish or PowerShell",
    load: async () => (await import("./commands/completion.ts")).completionCommand,
  },
  demo: {
    summary: "walk the whole path on a sandbox",
    load: async () => (await import("./commands/demo.ts")).demoCommand,
  },
};

/** Under which heading the root's help names a word; one that is in none of them comes last. */
const headings: Readonly<Record<string, readonly string[]>> = {
  "Set up:": ["init", "app", "customers"],
  "Admit and grant:": ["onboard", "grant", "verify", "offboard"],
  "Messages:": ["send", "scheduled", "poll", "dead-letter", "respond"],
  "Look:": ["status", "whoami", "explain"],
  "Learn and try:": ["demo", "sandbox", "completion", "help"],
};

const headingOf = (word: string) =>
  Object.keys(headings).find((heading) => headings[heading]?.includes(word)) ?? "Further commands:";

type Options = {
  /** Words whose commands are wanted in full; the others are there by their summaries. */
  readonly loaded: readonly string[];
  readonly terminal: Terminal;
  readonly run: Run;
};

/** The root with all its words. */
export async function createProgram({ loaded, terminal, run }: Options) {
  const program = root();
  for (const [word, { summary, load }] of Object.entries(words)) {
    const command = loaded.includes(word) ? (await load())(run).name(word) : new Command(word);
    program.addCommand(command.summary(summary).helpGroup(headingOf(word)));
  }
  program.helpCommand(false).addCommand(helpCommand(run, program).helpGroup(headingOf("help")));
  if (loaded.includes("__complete")) {
    const { completeCommand } = await import("./commands/complete.ts");
    program.addCommand(completeCommand(run, program, [...topics.keys()]), { hidden: true });
  }
  inherit(program, terminal);
  return program;
}

const root = () =>
  new Command("xtenant")
    .description(
      "Secure two-way messaging with many Customers, each in an Entra tenant of its own, over their Service Bus queues.",
    )
    .optionsGroup("Global Options:")
    .version(packageJson.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .option("-c, --config <file>", "config file (default: xtenant.json here or above; env: XTENANT_CONFIG)")
    .addOption(
      new Option("--transport <way>", "how namespaces are reached (default: auto; env: XTENANT_TRANSPORT)").choices(
        transports,
      ),
    )
    .option("--json", "print results and errors as JSON, one value a line")
    .option("-q, --quiet", "print no progress")
    .option("-v, --verbose", "also print which identity is used, and why")
    .option("--debug <file>", "also write a trace for a support case, without secrets, into a new file")
    .option("--no-color", "print without colour (env: NO_COLOR, FORCE_COLOR)")
    .configureHelp(
      withExamples({
        examples: [
          { line: "xtenant demo", what: "see all of it, on a stand-in for Azure: no account, no network" },
          { line: "xtenant verify", what: "look at every Customer of the config, changing nothing" },
          { line: 'xtenant send acme \'{"deploy":"v2"}\'', what: "send a command to a Customer" },
        ],
        seeAlso: ["help exit-codes", "help environment", "help config", "help json"],
      }),
    )
    .showSuggestionAfterError();

/** The words that a command line may mean: its operands, as far as the root's own options tell. `help send` means two. */
export const wordsMeant = (argv: readonly string[]): readonly string[] => operands(argv).slice(0, 2);

const takesValue = new Set(["-c", "--config", "--transport", "--debug"]);

const operands = (argv: readonly string[]) =>
  argv.filter((text, index) => !text.startsWith("-") && !takesValue.has(argv[index - 1] ?? ""));

/** Those that name a command of the tree, from the root on: `customers add`. */
export function commandTyped(program: CommandUnknownOpts, argv: readonly string[]): readonly string[] {
  const path: CommandUnknownOpts[] = [program];
  for (const word of operands(argv)) {
    const child = path.at(-1)?.commands.find((command) => command.name() === word);
    if (child === undefined) break;
    path.push(child);
  }
  return path.slice(1).map((command) => command.name());
}

/** Longer lines are hard to read, however wide the window is. */
const widest = 100;

const helpLayout = {
  formatHelp,
  showGlobalOptions: true,
  sortSubcommands: false,
  subcommandTerm: (command: { name: () => string }) => command.name(),
};

/** A default that was given in milliseconds is shown as it would be typed. */
function readable(option: Option): void {
  const {
    defaultValue,
    defaultValueDescription,
    flags,
  }: { defaultValue?: unknown; defaultValueDescription?: string; flags: string } = option;
  if (!flags.includes("<duration>") || typeof defaultValue !== "number" || defaultValueDescription !== undefined)
    return;
  option.default(defaultValue, formatDuration(defaultValue));
}

/** Output and exit behaviour for every command of the tree: `addCommand` does not hand them down. */
function inherit(command: CommandUnknownOpts, terminal: Terminal): void {
  const { stdout, stderr } = terminal;
  command.exitOverride().configureOutput({
    writeOut: (text) => void stdout.write(text),
    writeErr: (text) => void stderr.write(text),
    outputError: () => {},
    getOutHelpWidth: () => Math.min(stdout.columns || 80, widest),
    getOutHasColors: () => false,
  });
  for (const option of command.options) readable(option);
  command.configureHelp({ ...helpLayout, ...command.configureHelp() });
  for (const child of command.commands) {
    const own = child.configureHelp();
    inherit(child.copyInheritedSettings(command).configureHelp(own), terminal);
  }
}
