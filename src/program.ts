import { Command } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { addOptions, buildCommand, DefinedCommand, optionValues } from "./cli/command/build-command.ts";
import { type CommandDefinition, defineCommandGroup } from "./cli/command/define-command.ts";
import type { OptionValues } from "./cli/command/define-option.ts";
import { withBoldHeadings } from "./cli/help/bold-headings.ts";
import { formatHelp } from "./cli/help/command-help.ts";
import { helpWidth } from "./cli/help/help-page.ts";
import { globalOptions } from "./cli/options/global-options.ts";
import { type Style, styleFor } from "./cli/output/style.ts";
import type { Run } from "./cli/run-command.ts";
import type { Terminal } from "./cli/terminal/terminal.ts";

type RegisteredCommand = {
  /** One line for `xtenant --help`, which loads no file of a command. */
  readonly summary: string;
  readonly heading: string;
  /** Other words for it, as other tools have them. */
  readonly aliases?: readonly string[];
  readonly load: (program: Command) => Promise<CommandDefinition>;
};

const setUp = "Setup:";
const onboarding = "Onboarding:";
const messages = "Messages:";
const inspect = "Inspect:";
const learn = "Learn and try:";

/** The commands of the root, in the order of completion. A file is loaded only when its command is used. */
export const commandRegistry: Readonly<Record<string, RegisteredCommand>> = {
  init: {
    summary: "write a config file",
    heading: setUp,
    load: async () => (await import("./commands/init.ts")).initCommand,
  },
  app: {
    summary: "manage the provider's app registration and its credentials",
    heading: setUp,
    load: async () => (await import("./commands/app/app.ts")).appCommand,
  },
  context: {
    summary: "name config files, and choose one",
    heading: setUp,
    load: async () => (await import("./commands/context/context.ts")).contextCommand,
  },
  customers: {
    summary: "manage the customers in the config",
    heading: setUp,
    load: async () => (await import("./commands/customers/customers.ts")).customersCommand,
  },
  onboard: {
    summary: "get a customer's consent for the app",
    heading: onboarding,
    load: async () => (await import("./commands/onboard.ts")).onboardCommand,
  },
  invite: {
    summary: "write an invitation for a customer's administrator",
    heading: onboarding,
    load: async () => (await import("./commands/invite.ts")).inviteCommand,
  },
  grant: {
    summary: "assign the app its role on a customer's queues",
    heading: onboarding,
    load: async () => (await import("./commands/grant.ts")).grantCommand,
  },
  verify: {
    summary: "diagnose consent, roles and queues (read-only)",
    heading: onboarding,
    load: async () => (await import("./commands/verify.ts")).verifyCommand,
  },
  offboard: {
    summary: "remove the app's roles and service principal",
    heading: onboarding,
    load: async () => (await import("./commands/offboard.ts")).offboardCommand,
  },
  send: {
    summary: "send messages to customers' command queues",
    heading: messages,
    load: async () => (await import("./commands/send.ts")).sendCommand,
  },
  rollout: {
    summary: "send one command to many customers in stages",
    heading: messages,
    load: async () => (await import("./commands/rollout.ts")).rolloutCommand,
  },
  command: {
    summary: "show where a command is: sent, taken, answered",
    heading: messages,
    load: async () => (await import("./commands/command/command.ts")).commandCommand,
  },
  scheduled: {
    summary: "list and cancel scheduled messages",
    heading: messages,
    load: async () => (await import("./commands/scheduled/scheduled.ts")).scheduledCommand,
  },
  poll: {
    summary: "receive messages from customers' status queues",
    heading: messages,
    load: async () => (await import("./commands/poll.ts")).pollCommand,
  },
  "dead-letter": {
    summary: "list, resubmit and purge dead-lettered messages",
    heading: messages,
    aliases: ["dlq"],
    load: async () => (await import("./commands/dead-letter/dead-letter.ts")).deadLetterCommand,
  },
  respond: {
    summary: "act as the customer: receive commands, send statuses",
    heading: messages,
    load: async () => (await import("./commands/respond.ts")).respondCommand,
  },
  status: {
    summary: "show the state of all customers",
    heading: inspect,
    load: async () => (await import("./commands/status.ts")).statusCommand,
  },
  browse: {
    summary: "show customers, queues and messages on the whole screen",
    heading: inspect,
    load: async () => (await import("./commands/browse.ts")).browseCommand,
  },
  whoami: {
    summary: "show which identity is used for a customer",
    heading: inspect,
    load: async () => (await import("./commands/whoami.ts")).whoamiCommand,
  },
  audit: {
    summary: "show who ran which command",
    heading: inspect,
    load: async () => (await import("./commands/audit/audit.ts")).auditCommand,
  },
  explain: {
    summary: "explain an error code",
    heading: inspect,
    load: async () => (await import("./commands/explain.ts")).explainCommand,
  },
  demo: {
    summary: "run the whole path on a local sandbox",
    heading: learn,
    load: async () => (await import("./commands/demo.ts")).demoCommand,
  },
  sandbox: {
    summary: "run a local sandbox for Entra, Graph, ARM and Service Bus",
    heading: learn,
    load: async () => (await import("./commands/sandbox.ts")).sandboxCommand,
  },
  completion: {
    summary: "print a completion script for bash, zsh, fish or PowerShell",
    heading: learn,
    load: async () => (await import("./commands/completion.ts")).completionCommand,
  },
  help: {
    summary: "show help for a command or a topic",
    heading: learn,
    load: async (program) => (await import("./commands/help.ts")).helpCommand(program),
  },
};

type ProgramOptions = {
  /** The commands to load. The others have only their summaries. */
  readonly loaded: readonly string[];
  readonly terminal: Terminal;
  readonly run: Run;
  /** False without colour and bold text. */
  readonly color?: boolean;
};

/** The root with all its commands. */
export async function createProgram({ loaded, terminal, run, color = true }: ProgramOptions): Promise<Command> {
  const surroundings = { run, workingDirectory: terminal.workingDirectory };
  const program = createRoot(terminal).helpCommand(false);
  for (const [word, { summary, heading, load, aliases = [] }] of Object.entries(commandRegistry)) {
    const isLoaded = [word, ...aliases].some((typed) => loaded.includes(typed));
    const command = isLoaded ? buildCommand(await load(program), surroundings) : new Command(word);
    program.addCommand(command.summary(summary).helpGroup(heading).aliases(aliases));
  }
  if (loaded[0] === "version") {
    const version = new Command("version").action(() => void terminal.stdout.write(`${packageJson.version}\n`));
    program.addCommand(version, { hidden: true });
  }
  if (loaded.includes("__complete")) {
    const { completeCommand } = await import("./commands/complete.ts");
    program.addCommand(buildCommand(completeCommand(program), surroundings), { hidden: true });
  }
  inheritSettings(program, terminal, styleFor(terminal.stdout, terminal.env, color));
  return program;
}

const rootDefinition = defineCommandGroup({
  name: "xtenant",
  description:
    "Secure two-way messaging with many customers, each in its own Entra tenant, over the customers' Service Bus queues.",
  examples: [
    { line: "xtenant demo", what: "run the whole path on a local sandbox: no account, no network" },
    { line: "xtenant verify", what: "diagnose every customer in the config (read-only)" },
    { line: 'xtenant send acme \'{"deploy":"v2"}\'', what: "send a command to a customer" },
  ],
  seeAlso: ["help exit-codes", "help environment", "help config", "help json"],
  subcommands: [],
});

function createRoot({ workingDirectory }: Pick<Terminal, "workingDirectory">): Command {
  const root = new DefinedCommand(rootDefinition)
    .description(rootDefinition.description)
    .optionsGroup("Global Options:")
    .version(packageJson.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show help");
  addOptions(root, globalOptions, workingDirectory);
  return root.showSuggestionAfterError();
}

/** The options before or after the words of a command line that was parsed. */
export const globalValues = (program: Command) =>
  optionValues(program, globalOptions) as OptionValues<typeof globalOptions>;

/** The first words of a command line, which name its command. `help send` needs two. */
export const firstWords = (argv: readonly string[]): readonly string[] => operands(argv).slice(0, 2);

const flagsWithValue = new Set(
  Object.values(globalOptions).flatMap(({ flags }) => (flags.includes("<") ? (flags.match(/--?[\w-]+/g) ?? []) : [])),
);

const operands = (argv: readonly string[]) =>
  argv.filter((text, index) => !text.startsWith("-") && !flagsWithValue.has(argv[index - 1] ?? ""));

/** `-h send` is `send -h`: help is that of the command, wherever its option stands. */
export function withHelpLast(argv: readonly string[]): readonly string[] {
  const [command] = operands(argv);
  const before = argv.indexOf(command ?? "");
  if (before <= 0) return argv;
  const isHelp = (word: string, index: number) => index < before && (word === "-h" || word === "--help");
  return argv.some(isHelp) ? [...argv.filter((word, index) => !isHelp(word, index)), "--help"] : argv;
}

/** The words that name a command, from the root on: `customers add`. */
export function commandTyped(program: Command, argv: readonly string[]): readonly string[] {
  const path: Command[] = [program];
  for (const word of operands(argv)) {
    const child = path.at(-1)?.commands.find((command) => [command.name(), ...command.aliases()].includes(word));
    if (child === undefined) break;
    path.push(child);
  }
  return path.slice(1).map((command) => command.name());
}

/** Sets output, help and exit behavior for every command of the tree: `addCommand` does not copy them. */
function inheritSettings(command: Command, terminal: Terminal, style: Style): void {
  const { stdout, stderr } = terminal;
  command.exitOverride().configureOutput({
    writeOut: (text) => void stdout.write(withBoldHeadings(text, style)),
    writeErr: (text) => void stderr.write(text),
    outputError: () => {},
    getOutHelpWidth: () => helpWidth(stdout.columns),
    getOutHasColors: () => false,
  });
  command.configureHelp({
    formatHelp,
    showGlobalOptions: true,
    sortSubcommands: false,
    subcommandTerm: (subcommand) => subcommand.name(),
  });
  for (const child of command.commands) inheritSettings(child.copyInheritedSettings(command), terminal, style);
}
