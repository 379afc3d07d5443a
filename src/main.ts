import { type Command, CommanderError } from "commander";
import { beforeChange } from "./cli/before-change.ts";
import { commandForCustomer } from "./cli/command/command-for-customer.ts";
import { findMissingArgument } from "./cli/command/missing-argument.ts";
import { type OwnWords, takeProgramWords } from "./cli/command/program-words.ts";
import type { Context } from "./cli/context.ts";
import type { RunLog } from "./cli/debug-log/start-debug-log.ts";
import { ExitStatus } from "./cli/exit-status.ts";
import { createLog } from "./cli/output/log.ts";
import { hasJsonErrors } from "./cli/output/output-format.ts";
import { printFailure } from "./cli/output/print-failure.ts";
import { createPrinter } from "./cli/output/printer.ts";
import { styleFor } from "./cli/output/style.ts";
import { createRun, type Printer } from "./cli/run-command.ts";
import { openScreen } from "./cli/terminal/screen.ts";
import { isClosedPipe, isWatched, type Terminal } from "./cli/terminal/terminal.ts";
import { resultWithin } from "./lib/concurrency/timeout.ts";
import type { UnfinishedWork } from "./lib/concurrency/unfinished-work.ts";
import { type ConfigFile, openConfigFile } from "./lib/config/config-file.ts";
import { omitUndefined } from "./lib/domain/omit-undefined.ts";
import { systemErrorText } from "./lib/domain/system-error.ts";
import { asFailure, Failure, type FailureCode, failureKinds } from "./lib/errors/failure.ts";
import type { AzureServices } from "./lib/ports/azure-services.ts";
import type { Telemetry } from "./lib/telemetry/telemetry.ts";
import { commandTyped, createProgram, firstWords, globalValues, withHelpLast } from "./program.ts";

/** Creates the ports for one command line. Tests pass fakes. */
export type OpenPorts = (
  config: ConfigFile,
  surroundings: Pick<Context, "log" | "terminal">,
) => {
  readonly azure: AzureServices;
  readonly telemetry: Telemetry;
  /** What a stop waits for. */
  readonly unfinished?: UnfinishedWork;
};

/** Runs one command line and returns its exit code. The only place that turns errors into text or JSON. */
export async function main(argv: readonly string[], terminal: Terminal, openPorts: OpenPorts): Promise<number> {
  let line: OwnWords = { own: argv };
  let typed: readonly string[] = [];
  let meant: (word: string) => readonly string[] | undefined = () => undefined;
  let runLog: RunLog | undefined;
  const ended = (exitCode: number) => {
    runLog?.ended(exitCode);
    return exitCode;
  };
  let closing = async () => {};
  let grace = graceOfQuestion;
  let unfinished: UnfinishedWork | undefined;
  try {
    const program = await createProgram({
      loaded: firstWords(argv),
      color: !argv.includes("--no-color"),
      terminal,
      run: createRun((what) => open(what)),
    });
    typed = commandTyped(program, argv);
    meant = (word) => commandForCustomer(program, typed, word);
    line = takeProgramWords(program, argv);
    const open = ({ changes }: { readonly changes: boolean }) => {
      if (changes) grace = graceOfChange;
      const globals = globalValues(program);
      const {
        config: option,
        context: named,
        transport,
        quiet = false,
        verbose = false,
        json = false,
        color,
        pager = true,
      } = globals;
      const openWriter = writerOf(globals);
      const screen = json || openWriter ? undefined : openScreen(terminal);
      const said = createLog(terminal.stderr, { quiet, verbose, screen, json: hasJsonErrors(line.own) });
      const log = runLog?.log(said) ?? said;
      const { env, workingDirectory } = terminal;
      const search = { option, transport, env, workingDirectory, contexts: { name: named } };
      const file = openConfigFile(search, log);
      const config = runLog?.config(file) ?? file;
      const { azure: services, telemetry, unfinished: work } = openPorts(config, { log, terminal });
      unfinished = work;
      closing = telemetry.close;
      const azure = runLog?.azure(services) ?? services;
      const context: Context = { azure, config, log, terminal, telemetry, signal: terminal.signal };
      return {
        context,
        beforeChange: () => beforeChange(config, terminal, { command: typed.join(" "), named }),
        printer: createPrinter(terminal, {
          ...{ json, color, screen, pager: pager && isWatched(terminal) },
          ...omitUndefined({ openWriter }),
        }),
      };
    };
    program.hook("preAction", async (_, command) => {
      const { debug } = globalValues(program);
      if (debug === undefined) return;
      const { startDebugLog: startTracing } = await import("./cli/debug-log/start-debug-log.ts");
      runLog = startTracing(debug, command, terminal);
    });
    line = { ...line, own: await withPicked(program, withHelpLast(line.own), terminal) };
    const words = line.own.length === 0 ? ["--help"] : [...line.own];
    const stopped = graceOver(terminal.signal, async () => {
      await delay(grace);
      // What is under way is most often printed and settled soon after.
      if (unfinished)
        await resultWithin(
          graceOfMessages - grace,
          unfinished.finished().then(() => delay(graceToEnd)),
        );
    });
    await Promise.race([program.parseAsync(words, { from: "user" }), stopped]);
    if (terminal.signal.reason instanceof Error) throw terminal.signal.reason;
    return ended(terminal.signal.aborted ? exitCodeOfStop : 0);
  } catch (thrown) {
    const error = isHelp(thrown) ? ((await refusalOfHelp(terminal.stdout)) ?? thrown) : thrown;
    const { aborted, reason } = terminal.signal;
    if (isClosedPipe(error) || isClosedPipe(reason)) return ended(0);
    if (aborted && !(reason instanceof Error)) return ended(exitCodeOfStop);
    if (error instanceof ExitStatus) return ended(error.exitCode);
    if (isHelp(error)) return 0;
    // A group without a command: commander has shown its help instead of an error.
    if (error instanceof CommanderError && error.code === "commander.help") return failureKinds.usage.exitCode;
    const failure =
      reason instanceof Failure
        ? reason
        : reason instanceof Error
          ? brokenOutput(reason)
          : error instanceof CommanderError
            ? usageFailure(error, { typed, meant }, line)
            : withNextStep(asFailure(error), typed);
    const style = styleFor(terminal.stderr, terminal.env, !line.own.includes("--no-color"));
    printFailure(terminal.stderr, failure, { json: hasJsonErrors(line.own), style });
    runLog?.failed(failure);
    return ended(failure.exitCode);
  } finally {
    await closing();
  }
}

/** Commander ends with an error when it has printed help or the version. */
const isHelp = (error: unknown): boolean => error instanceof CommanderError && error.exitCode === 0;

/** Why stdout did not take the help, which commander prints without waiting. */
async function refusalOfHelp(stdout: Terminal["stdout"]): Promise<Error | undefined> {
  const error = await new Promise<Error | null | undefined>((resolve) => void stdout.write("", resolve));
  if (!error) return undefined;
  return isClosedPipe(error) ? error : brokenOutput(error);
}

/** On a terminal, a person picks an argument that is missing. The list is loaded only then. */
async function withPicked(program: Command, words: readonly string[], terminal: Terminal): Promise<readonly string[]> {
  const missing = findMissingArgument(program, words);
  if (missing === undefined || !isWatched(terminal)) return words;
  const { pickArgument } = await import("./cli/terminal/pick-argument.ts");
  return words.toSpliced(missing.at, 0, ...(await pickArgument(missing, terminal)));
}

/** How results are printed with `--output` or `--query`; undefined for text, and for `--json` alone. */
function writerOf({ json, output, query }: ReturnType<typeof globalValues>): Printer["openWriter"] {
  if (json && output !== undefined && output !== "jsonl")
    throw new Failure("UsageConflictingOptions", `--json is -o jsonl: it cannot be combined with -o ${output}`);
  if (output === undefined && query === undefined) return undefined;
  const format = output ?? (json ? "jsonl" : "json");
  return async () => (await import("./cli/output/record-writer.ts")).openRecordWriter(format, query);
}

/** A stop lasts less than a second: nothing is lost when an answer that does not come is given up. A change gets more time. */
const graceOfQuestion = 500;
const graceOfChange = 800;
/** Enough time to settle messages that were received, or to learn what became of one that was sent. */
const graceOfMessages = 5_000;
const graceToEnd = 50;

const delay = (milliseconds: number) => new Promise<void>((resolve) => void setTimeout(resolve, milliseconds).unref());

/** Rejects some time after the signal has aborted, because a call that hangs must not block Ctrl-C. Never resolves. */
const graceOver = (signal: AbortSignal, grace: () => Promise<void>): Promise<never> =>
  new Promise((_, reject) => {
    const begin = () => void grace().then(() => reject(signal.reason));
    if (signal.aborted) begin();
    else signal.addEventListener("abort", begin, { once: true });
  });

const exitCodeOfStop = failureKinds.interrupted.exitCode;

/** The hint of a refused command line names its help. */
function withNextStep(failure: Failure, typed: readonly string[]): Failure {
  if (failure.kind !== "usage") return failure;
  return failure.with({ params: { ...failure.params, command: commandLine(typed) } });
}

const commandLine = (typed: readonly string[]) => ["xtenant", ...typed].join(" ");

/** A disk that is full or failing has stored nothing, and messages that were not stored were not settled. */
const brokenOutput = (cause: NodeJS.ErrnoException) =>
  new Failure("OutputFailed", `standard output cannot be written: ${systemErrorText(cause)}`, {
    params: { file: "standard output" },
    ...omitUndefined({ serviceCode: cause.code }),
    retryable: false,
    cause,
  });

type Typed = {
  readonly typed: readonly string[];
  /** The intended words where a customer's name stands in the place of a command. */
  readonly meant: (word: string) => readonly string[] | undefined;
};

/** Converts commander's error about the command line into a Failure. */
function usageFailure(
  { message, code }: CommanderError,
  { typed, meant }: Typed,
  { programOption }: OwnWords,
): Failure {
  const said = message
    .replace(/^error: /, "")
    .replace(/\n\(Did you mean (.+)\?\)$/, "; did you mean $1?")
    .replace(/ is invalid\. /, " is invalid: ")
    .replace(/\.$/, "")
    // Its value may be left out, so that a customer behind it was read as the value.
    .replace(/^(option '[^'<]*\[[^']*' .*)$/s, "$1; customers come before this option");
  const [, word = ""] = code === "commander.unknownCommand" ? (/^unknown command '(.+)'$/s.exec(said) ?? []) : [];
  const instead = meant(word);
  const hint = instead === undefined ? "" : `; for the customer ${word}: ${commandLine(instead)}`;
  const isTaken = code === "commander.missingArgument" && programOption !== undefined;
  const why = isTaken ? `; all words after ${programOption} belong to the program` : "";
  return new Failure(usageCodes[code] ?? "UsageInvalid", said + hint + why, {
    params: { command: commandLine(typed) },
  });
}

/** The failure codes for commander's codes. */
const usageCodes: Readonly<Record<string, FailureCode>> = {
  "commander.unknownOption": "UsageUnknownOption",
  "commander.unknownCommand": "UsageUnknownCommand",
  "commander.missingArgument": "UsageMissingArgument",
  "commander.excessArguments": "UsageExcessArguments",
  "commander.optionMissingArgument": "UsageMissingOptionValue",
  "commander.missingMandatoryOptionValue": "UsageMissingOption",
  "commander.conflictingOption": "UsageConflictingOptions",
  "commander.invalidArgument": "UsageInvalidValue",
};
