import { InvalidArgumentError } from "commander";
import { defineCommand } from "../cli/command/define-command.ts";
import { group } from "../cli/command/define-option.ts";
import type { Context } from "../cli/context.ts";
import { customerArgument } from "../cli/options/customer-options.ts";
import { healthOption } from "../cli/options/health-option.ts";
import { parseCount } from "../cli/options/parsers.ts";
import { parseDuration } from "../cli/options/times.ts";
import { wrapToPage } from "../cli/output/wrap-text.ts";
import type { View } from "../cli/run-command.ts";
import { withWaitLine } from "../cli/status-line/progress.ts";
import { createReceiveView } from "../cli/views/receive-view.ts";
import { type CustomerName, findCustomer } from "../lib/entry/customers.ts";
import { Failure } from "../lib/entry/errors.ts";
import { echoHandler, programHandler, type RespondRecord, respondToCommands } from "../lib/entry/messages.ts";
import type { HealthAddress } from "../lib/entry/status.ts";
import { countText, plainLine } from "../lib/entry/values.ts";

type Options = {
  /** The program and its arguments. */
  readonly exec?: readonly string[];
  readonly concurrency?: number;
  readonly timeout?: number;
  readonly attempts?: number;
  readonly pause?: number;
  readonly raw?: true;
  readonly max?: number;
  readonly once?: true;
  readonly idle: number;
  readonly health?: HealthAddress;
};

/** Answers a customer's commands with a program, or repeats them. */
export async function* respond(context: Context, name: CustomerName, options: Options): AsyncGenerator<RespondRecord> {
  validateOptions(options);
  const { exec, timeout: timeoutMilliseconds, ...responding } = options;
  const [program, ...args] = exec ?? [];
  const customer = findCustomer(await context.config.read(), name);
  const { env } = context.terminal;
  const handle =
    program === undefined ? echoHandler : programHandler(customer, { program, args, env, timeoutMilliseconds });
  const answers = (above: Context) => respondToCommands(above, customer, { ...responding, handle });
  // A program writes to stderr itself, where the line would be.
  const text = () => (program === undefined ? `waiting for commands to ${name}; Ctrl-C ends it` : undefined);
  let answered = 0;
  try {
    for await (const record of withWaitLine(context, text, answers)) {
      if (record.type === "responded") answered += 1;
      yield record;
    }
  } finally {
    const { signal, terminal, log } = context;
    if (signal.aborted && terminal.stderr.isTTY)
      log.info(`stopped: ${countText(answered, "command")} answered; the others stay in ${name}'s queue`);
  }
}

/** The options of a program need a program: an echo cannot fail. */
function validateOptions(options: Options): void {
  if (options.health !== undefined && (options.once || options.max !== undefined))
    throw new Failure(
      "UsageConflictingOptions",
      "--health is for a responder that keeps running: omit --once and --max",
    );
  if (options.exec !== undefined) return;
  for (const name of ["timeout", "attempts", "pause"] as const)
    if (options[name] !== undefined) throw new Failure("UsageMissingOption", `--${name} requires --exec`);
}

const receiveView = createReceiveView();

export const view: View<RespondRecord> = (result, style, page) => {
  if (result.type === "failed" || result.type === "recovered") return receiveView(result, style, page);
  const { green, red, yellow } = style;
  const { customer, queue, detail } = result;
  const command = plainLine(result.commandId);
  const why = detail === undefined ? "" : `: ${plainLine(detail)}`;
  if (result.type === "returned")
    return wrapToPage(`${yellow("failed")} ${command} of ${customer}${why}; it will come again`, page);
  const outcome = result.outcome === "succeeded" ? green(result.outcome) : red(result.outcome);
  return wrapToPage(`${outcome} ${command} of ${customer}${why}; status is in ${queue}`, page);
};

/** Service Bus itself gives up after ten deliveries, unless a queue was made with another number. */
function attempts(text: string): number {
  const wanted = parseCount(text);
  if (wanted > 10) throw new InvalidArgumentError("expected at most 10: then the queue itself gives up.");
  return wanted;
}

export const respondCommand = defineCommand({
  name: "respond",
  description: "Act as the customer, with the customer's own identity: receive commands, run a handler, send statuses.",
  arguments: customerArgument,
  options: {
    ...group("Program:", {
      exec: {
        flags: "--exec <program args...>",
        description:
          "run this program for every command: body on stdin, status body on stdout (default: echo). All words after --exec, or after --, belong to the program",
        program: true,
      },
      timeout: {
        flags: "--timeout <duration>",
        description: "stop a program that runs longer; it counts as failed",
        parse: parseDuration,
      },
      attempts: {
        flags: "--attempts <count>",
        description:
          "attempts before a failure is final: a failed status is sent and the command is dead-lettered (default: 3)",
        parse: attempts,
      },
      pause: {
        flags: "--pause <duration>",
        description: "delay before the second attempt; it doubles for every further attempt (default: 1s)",
        parse: parseDuration,
      },
    }),
    ...group("When it stops:", {
      max: {
        flags: "-n, --max <count>",
        description: "stop after this many commands were answered",
        parse: parseCount,
      },
      once: { flags: "--once", description: "stop when the queue is empty" },
      idle: {
        flags: "--idle <duration>",
        description: "how long to wait for a command before the queue counts as empty",
        parse: parseDuration,
        default: 1_000,
      },
    }),
    concurrency: {
      flags: "--concurrency <count>",
      description: "commands in parallel, or sessions if the queue has sessions (default: 1)",
      parse: parseCount,
    },
    raw: {
      flags: "--raw",
      description: "send only body and ids as the status, without the envelope: docs/status-envelope.md",
    },
    health: healthOption,
  },
  changes: true,
  run: (context, { customer }, options) => respond(context, customer, options),
  render: view,
  examples: [
    { line: "xtenant respond acme", what: "answer every command with its own body, until interrupted", goesOn: true },
    { line: "xtenant respond acme --once", what: "answer the commands that are in the queue now" },
    {
      line: "xtenant respond acme --max 1 --exec ./deploy.sh",
      what: "run a program for one command: its output is the status, its exit code the outcome",
    },
    {
      line: "xtenant respond acme --once --concurrency 4 --timeout 10m --exec ./deploy.sh",
      what: "run up to four programs in parallel, each for at most ten minutes",
    },
  ],
  seeAlso: ["send", "poll", "help environment"],
});
