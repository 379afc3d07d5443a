import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Context } from "../lib/cli/context.ts";
import type { Run, View } from "../lib/cli/run.ts";
import { table } from "../lib/cli/table.ts";
import { Failure, failureKinds } from "../lib/failure.ts";

type ExitCode = { readonly code: number; readonly kind: string; readonly means: string };

export const exitCodes = (): readonly ExitCode[] => [
  { code: 0, kind: "done", means: "done, or nothing to do" },
  ...Object.entries(failureKinds).map(([kind, { exitCode, means }]) => ({ code: exitCode, kind, means })),
];

type Help = { readonly topic: string; readonly exitCodes?: readonly ExitCode[]; readonly text?: string };

/** Help for a topic or for a command of the tree. */
const helpOn =
  (program: CommandUnknownOpts) =>
  async (_context: Context, words: readonly string[]): Promise<Help> => {
    const topic = words.join(" ");
    if (topic === "exit-codes") return { topic, exitCodes: exitCodes() };
    const command = words.reduce<CommandUnknownOpts | undefined>(
      (at, word) => at?.commands.find((child) => child.name() === word),
      program,
    );
    if (command === undefined)
      throw new Failure("usage", `there is no help on '${topic}'`, { code: "NoSuchTopic", hint: "xtenant --help" });
    return { topic, text: command.helpInformation() };
  };

const view: View<Help> = ({ exitCodes: codes, text }) =>
  codes ? table(codes.map(({ code, kind, means }) => [String(code).padStart(3), kind, means])) : (text ?? "").trimEnd();

export const helpCommand = (run: Run, program: CommandUnknownOpts) =>
  new Command("help")
    .summary("show help on a command or a topic: exit-codes")
    .description("Show help on a command, or on a topic:\n  exit-codes  what each exit code means")
    .argument("[words...]", "a command or a topic")
    .action((words) => run(helpOn(program), view)(words));
