import { Command, Option } from "@commander-js/extra-typings";
import type { Context } from "../cli/context.ts";
import { withExamples } from "../cli/help/command-help.ts";
import { addSelectionOptions } from "../cli/options/customer-options.ts";
import { parseArgument, parseCount, parseDuration, parseRate, parseRepeatedArgument } from "../cli/options/parsers.ts";
import { customerFailureText } from "../cli/output/customer-failure.ts";
import type { Run, View } from "../cli/run-command.ts";
import { openProgress } from "../cli/status-line/progress.ts";
import { forEachCustomer } from "../lib/concurrency/for-each-customer.ts";
import { type Selection, selectCustomers } from "../lib/config/select-customers.ts";
import {
  type Customer,
  type Provenance,
  parseCustomerNames,
  provenanceOf,
  type QueueRole,
} from "../lib/domain/customer.ts";
import { parseProperty } from "../lib/domain/message-property.ts";
import { plainLine } from "../lib/domain/plain-text.ts";
import { parseInstant } from "../lib/domain/typed-value.ts";
import { Failure, type FailureRecord, failureRecord } from "../lib/errors/failure.ts";
import { planSend, type SendOptions } from "../lib/send/send-plan.ts";
import {
  type ScheduledRecord,
  type SendPlan,
  type SentRecord,
  sendToCustomer,
  type UnknownRecord,
} from "../lib/send/send-to-customer.ts";
import { requireSuccess, type StatusRecord, waitForStatus } from "../lib/send/wait-for-status.ts";

type Options = SendOptions & {
  readonly timeout?: number;
  readonly correlate?: string;
  readonly queue?: QueueRole;
};

type Failed = { readonly type: "failed" } & Provenance & { readonly error: FailureRecord };
type Told = SentRecord | ScheduledRecord | UnknownRecord | StatusRecord | Failed;

/** Reads standard input only when it is needed: opening the stream has a cost. */
const inputOf = ({ terminal, signal }: Context) => ({
  get stdin() {
    return terminal.stdin;
  },
  signal,
});

const defaultTimeout = 60_000;
/** Connections opened at a time. */
const customersAtOnce = 20;

/** Sent means that the broker has accepted it. One Customer that fails does not hold up the others. */
export async function* send(
  context: Context,
  selection: Selection,
  text: string | undefined,
  options: Options,
): AsyncGenerator<Told> {
  if (!options.wait && (options.timeout !== undefined || options.correlate !== undefined))
    throw new Failure("usage", "--timeout and --correlate say how to --wait", { hint: "xtenant send --help" });
  if (options.wait && options.queue === "status")
    throw new Failure("usage", "--wait is for commands, and --queue status puts statuses back");
  const config = await context.config.read();
  const customers = selectCustomers(config, selection);
  const planned = await planSend(inputOf(context), { config, customers, text, options });
  const messages = planned.surveyed && planned.surveyed.messages * customers.length;
  const progress = await openProgress(context.terminal, context.log, messages);
  const sent = new Map<Customer, number>();
  const plan: SendPlan = {
    ...planned,
    progress: (customer, accepted) => {
      sent.set(customer, accepted);
      progress.show([...sent.values()].reduce((sum, one) => sum + one, 0));
    },
  };
  try {
    for await (const told of exchanges(context, customers, plan, options)) {
      progress.clear();
      yield told;
    }
  } finally {
    progress.clear();
  }
}

async function* exchanges(
  context: Context,
  customers: readonly Customer[],
  plan: SendPlan,
  options: Options,
): AsyncGenerator<Told> {
  yield* forEachCustomer(customers, (customer, signal) => exchange({ ...context, signal }, customer, plan, options), {
    signal: context.signal,
    concurrency: customersAtOnce,
    toFailed: (customer, failure): Failed => ({
      type: "failed",
      ...provenanceOf(customer, options.queue ?? "command"),
      error: failureRecord(failure),
    }),
  });
}

async function* exchange(
  { azure, signal }: Context,
  customer: Customer,
  plan: SendPlan,
  { wait, timeout = defaultTimeout, correlate, at, in: delay, queue = "command" }: Options,
): AsyncGenerator<Told> {
  await using connection = await azure.connectAsProvider(customer);
  // Both links are opened at the same time; what is wrong with this one is told when it is needed.
  const opening = wait && connection.receiver().then((receiver) => receiver.peek(1));
  if (opening) opening.catch(() => {});
  const sent = yield* sendToCustomer(connection, customer, { plan, queue, signal });
  // The record of one scheduled message has told it all.
  const isTold = sent.messages === 1 && (at !== undefined || delay !== undefined);
  if (!isTold) yield sent;
  if (!wait || sent.messageId === undefined) return;
  const receiver = await connection.receiver();
  const status = await waitForStatus(receiver, customer, {
    commandId: sent.messageId,
    correlate,
    milliseconds: timeout,
    signal,
  });
  yield status;
  requireSuccess(status);
}

export const view: View<Told> = (told, style, page) => {
  const { bold, green, red, yellow } = style;
  const { customer, queue } = told;
  switch (told.type) {
    case "sent": {
      const what = told.messageId === undefined ? `${told.messages} messages` : plainLine(told.messageId);
      return `${green("sent")} ${what} to ${customer} (${queue})`;
    }
    case "scheduled":
      return `${green("scheduled")} ${plainLine(told.messageId)} to ${customer} (${queue}) for ${told.scheduledAt}, number ${told.sequenceNumber}`;
    case "unknown":
      return `${yellow("unknown")} whether ${plainLine(told.messageId)} reached ${customer} (${queue})`;
    case "status": {
      const body = typeof told.body === "string" ? told.body : JSON.stringify(told.body);
      const paint = told.outcome === "failed" ? red : green;
      return `${paint(told.outcome ?? "status")} ${bold(customer)} ${plainLine(told.commandId)} ${plainLine(body)}`;
    }
    case "failed":
      return customerFailureText(told, style, { page });
  }
};

/** With --all or --tag there is nobody to name: the only word is the body. */
function recipients(words: readonly (string | undefined)[], { all, tag }: Pick<Selection, "all" | "tag">) {
  const [first, second] = words;
  if ((all || tag) && second === undefined) return { selection: { all, tag }, text: first };
  const names = first === undefined ? undefined : parseArgument(parseCustomerNames)(first);
  return { selection: { names, all, tag }, text: second };
}

const moment = (text: string): Date => {
  const date = parseInstant(text);
  if (date === undefined) throw new Error("expected a time with its zone, such as 2026-01-31T12:00:00Z.");
  return date;
};

export const sendCommand = (run: Run) =>
  addSelectionOptions(
    new Command("send")
      .description(
        "Put messages into Customers' command queues. Done means that the broker has accepted them; what was not acknowledged is told as unknown.",
      )
      .argument(
        "[customers]",
        "a name from `xtenant customers list`, or several: acme,fabrikam; not with --all or --tag",
      )
      .argument("[body]", "the body; `-` or nothing reads standard input"),
  )
    .optionsGroup("What is sent:")
    .option("-f, --file <path>", "read the body from a file")
    .option("--ndjson [file]", "a message for each line (docs/message-format.md) of a file or of standard input")
    .option("--template", "fill in {{uuid}}, {{count}}, {{now}} and {{customer}} in body, ids and subject")
    .option("-n, --count <count>", "send it so many times", parseCount)
    .optionsGroup("Its properties:")
    .option("--message-id <id>", "message id (default: a new UUID); repeat it to repeat a send safely")
    .option("--correlation-id <id>", "correlation id")
    .option("--subject <text>", "subject")
    .option("--content-type <type>", "content type (default: application/json when the body is JSON, else text/plain)")
    .option("--session-id <id>", "session id, for a queue with sessions")
    .option("--reply-to-session-id <id>", "the session that the status is to be in")
    .option("--time-to-live <duration>", "how long the queue keeps it", parseDuration)
    .option(
      "-p, --property <name[:type]=value>",
      "application property; types: string, bool, int, long, double, datetime, binary, uuid, …",
      parseRepeatedArgument(parseProperty),
    )
    .optionsGroup("When, how fast and where to:")
    .option("--rate <number/s>", "at most so many a second (or a minute: 30/m), for each Customer", parseRate)
    .option("--at <time>", "have the queue keep it back until then; the sequence number is told", parseArgument(moment))
    .option("--in <duration>", "the same, from now", parseDuration)
    .addOption(
      new Option(
        "--queue <queue>",
        "which of the Customer's queues; statuses are put back from a journal of dead letters",
      )
        .choices(["command", "status"] as const)
        .default("command" as const),
    )
    .optionsGroup("Its status:")
    .option("--wait", "wait for the status of this command; it stays in its queue")
    .option("--timeout <duration>", "how long to wait (default: 60s)", parseDuration)
    .option("--correlate <path>", "where the status repeats the command's id, when not as correlation id: body.id")
    .configureHelp(
      withExamples({
        examples: [
          { line: 'xtenant send acme \'{"deploy":"v2"}\'', what: "one command" },
          {
            line: "xtenant send --all 'hello {{customer}}' --template",
            what: "every Customer, each with its name in it",
          },
          { line: "xtenant send acme later --in 1h", what: "a message that arrives in an hour" },
          {
            line: "xtenant send acme hello --wait --timeout 1s",
            what: "and its status: exit 10 when it says failed, 9 when there is none",
            exitCode: 9,
          },
        ],
        seeAlso: ["scheduled", "help exit-codes"],
      }),
    )
    .action((first, second, options) => {
      const { all, tag, ...rest } = options;
      const { selection, text } = recipients([first, second], { all, tag });
      return run(send, view)(selection, text, rest);
    });
