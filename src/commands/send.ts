import { defineCommand } from "../cli/command/define-command.ts";
import { group, pathOption } from "../cli/command/define-option.ts";
import type { Context } from "../cli/context.ts";
import { selectionOptions } from "../cli/options/customer-options.ts";
import { messageFieldOptions } from "../cli/options/message-field-options.ts";
import {
  parseArgument,
  parseCount,
  parseDelay,
  parseDuration,
  parseMoment,
  parseRate,
} from "../cli/options/parsers.ts";
import { requireNoBody, sendWordsArgument, splitSendWords } from "../cli/options/send-words.ts";
import { customerFailureText } from "../cli/output/customer-failure.ts";
import { wrapToPage } from "../cli/output/wrap-text.ts";
import type { View } from "../cli/run-command.ts";
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
import { plainLine } from "../lib/domain/plain-text.ts";
import { bodyOfRecord } from "../lib/domain/record-field.ts";
import { Failure, type FailureRecord, failureRecord } from "../lib/errors/failure.ts";
import { linesSkipped } from "../lib/send/invalid-lines.ts";
import { planSend, type SendOptions } from "../lib/send/send-plan.ts";
import {
  type InvalidRecord,
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
export type SendRecord = SentRecord | ScheduledRecord | UnknownRecord | InvalidRecord | StatusRecord | Failed;

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

/** Sent means that the broker has accepted the message. One customer that fails does not delay the others. */
export async function* send(
  context: Context,
  selection: Selection,
  text: string | undefined,
  options: Options,
): AsyncGenerator<SendRecord> {
  if (!options.wait && (options.timeout !== undefined || options.correlate !== undefined))
    throw new Failure("UsageMissingOption", "--timeout and --correlate require --wait");
  if (options.wait && options.queue === "status")
    throw new Failure("UsageConflictingOptions", "--wait is for commands: it cannot be combined with --queue status");
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
    for await (const result of exchanges(context, customers, plan, options)) {
      progress.clear();
      yield result;
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
): AsyncGenerator<SendRecord> {
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
): AsyncGenerator<SendRecord> {
  await using connection = await azure.connectAsProvider(customer);
  // Both links open at the same time; a failure of this one is reported when the link is needed.
  const opening = wait && connection.receiver().then((receiver) => receiver.peek(1));
  if (opening) opening.catch(() => {});
  const sent = yield* sendToCustomer(connection, customer, { plan, queue, signal });
  // The record of one scheduled message already has all of it.
  const isTold = sent.messages === 1 && (at !== undefined || delay !== undefined);
  if (!isTold) yield sent;
  if (sent.skippedLines) throw linesSkipped(sent.skippedLines);
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

export const view: View<SendRecord> = (result, style, page) => {
  const { bold, green, red, yellow } = style;
  const { customer, queue } = result;
  const wrap = (line: string) => wrapToPage(line, page);
  switch (result.type) {
    case "sent": {
      const what = result.messageId === undefined ? `${result.messages} messages` : plainLine(result.messageId);
      return wrap(`${green("sent")} ${what} to ${customer} (${queue})`);
    }
    case "scheduled":
      return wrap(
        `${green("scheduled")} ${plainLine(result.messageId)} to ${customer} (${queue}) for ${result.scheduledAt}, number ${result.sequenceNumber}`,
      );
    case "unknown":
      return wrap(
        `${yellow("unknown")} whether ${plainLine(result.messageId)} reached ${customer} (${queue})${result.line === undefined ? "" : `, line ${result.line}`}`,
      );
    case "invalid":
      return wrap(`${red("not sent")} ${plainLine(result.error.message)}`);
    case "status": {
      const paint = result.outcome === "failed" ? red : green;
      return wrap(
        `${paint(result.outcome ?? "status")} ${bold(customer)} ${plainLine(result.commandId)} ${plainLine(bodyOfRecord(result))}`,
      );
    }
    case "failed":
      return customerFailureText(result, style, { page });
  }
};

/** The words of the command line are names of customers, and the body as the last one. */
export async function* sendWords(
  context: Context,
  words: readonly string[],
  { all, tag, ...options }: Omit<Selection, "names"> & Options,
): AsyncGenerator<SendRecord> {
  const { customers } = await context.config.read();
  requireNoBody(words, { all, tag, ...options }, [...customers.keys()]);
  const { names, body } = splitSendWords(words, { all, tag, ...options });
  yield* send(context, { names: names.flatMap(parseArgument(parseCustomerNames)), all, tag }, body, options);
}

export const sendCommand = defineCommand({
  name: "send",
  description:
    "Send messages to customers' command queues. The command succeeds when the broker has accepted the messages; unacknowledged messages are reported as unknown.",
  usage: "[options] [customers...] [body]",
  arguments: {
    words: sendWordsArgument,
  },
  options: {
    ...selectionOptions,
    ...group("Body:", {
      file: pathOption("-f, --file <file>", "read the body from a file"),
      ndjson: {
        flags: "--ndjson [file]",
        description: "one message per line (docs/message-format.md) of a file or of standard input",
        path: true,
        complete: "file",
      },
      skipInvalid: {
        flags: "--skip-invalid",
        description: "with --ndjson: report the lines that cannot be sent, send the others, and exit 3",
      },
      template: {
        flags: "--template",
        description: "fill in {{uuid}}, {{count}}, {{now}} and {{customer}} in body, ids and subject",
      },
      count: { flags: "-n, --count <count>", description: "number of copies to send", parse: parseCount },
    }),
    ...messageFieldOptions,
    ...group("Delivery:", {
      rate: {
        flags: "--rate <number/s>",
        description: "maximum rate per customer, such as 50/s or 30/m",
        parse: parseRate,
      },
      at: {
        flags: "--at <time>",
        description: "schedule delivery at <time>; prints the sequence number",
        parse: parseMoment,
      },
      in: {
        flags: "--in <duration>",
        description: "schedule delivery after <duration>, such as 90d",
        parse: parseDelay,
      },
      queue: {
        flags: "--queue <queue>",
        description: "queue of the customer; use status to restore statuses from a dead-letter journal",
        choices: ["command", "status"],
        default: "command",
      },
    }),
    ...group("Status:", {
      wait: { flags: "--wait", description: "wait for the status of this command; it stays in its queue" },
      timeout: { flags: "--timeout <duration>", description: "how long to wait (default: 60s)", parse: parseDuration },
      correlate: {
        flags: "--correlate <path>",
        description: "field of the status that contains the command's id, if not the correlation id: body.id",
        sensitive: false,
      },
    }),
  },
  run: (context, { words }, options) => sendWords(context, words, options),
  render: view,
  examples: [
    { line: 'xtenant send acme \'{"deploy":"v2"}\'', what: "send one command" },
    { line: "xtenant send acme fabrikam hello", what: "send the same command to two customers" },
    {
      line: "xtenant send --all 'hello {{customer}}' --template",
      what: "send to every customer, with its name in the body",
    },
    {
      line: "xtenant send acme hello --wait --timeout 1s",
      what: "wait for the status: exit 10 if it reports a failure, 9 if there is none",
      exitCode: 9,
    },
  ],
  seeAlso: ["scheduled", "help exit-codes"],
});
