import { defineCommand } from "../cli/command/define-command.ts";
import { group, pathOption } from "../cli/command/define-option.ts";
import type { Context } from "../cli/context.ts";
import { confirmCustomers, yesOption } from "../cli/options/confirm-customers.ts";
import {
  customersOrAllArgument,
  selectionOptions,
  selectionOrAllOf,
  shardOf,
  shardOption,
} from "../cli/options/customer-options.ts";
import { healthOption } from "../cli/options/health-option.ts";
import { parseCount, parseSequenceNumber } from "../cli/options/parsers.ts";
import { parseDuration, parseTime } from "../cli/options/times.ts";
import { failuresLast } from "../cli/output/failure-groups.ts";
import { parseRecordFormat, type RecordFormat } from "../cli/output/record-format.ts";
import { type FailureOf, type ResultBatch, unsettledBatch, type View } from "../cli/run-command.ts";
import { createPollStatusLine, type PollStatusLine } from "../cli/status-line/poll-status-line.ts";
import { withWaitLine } from "../cli/status-line/progress.ts";
import { createReceiveView, type ReceiveLook } from "../cli/views/receive-view.ts";
import { type CustomerName, selectCustomers } from "../lib/entry/customers.ts";
import { Failure } from "../lib/entry/errors.ts";
import {
  type MessageLine,
  messageFilter,
  openContract,
  type PollOptions,
  peekCustomers,
  type ReceiveRecord,
  receiveMessages,
  validateOptions,
} from "../lib/entry/messages.ts";
import { countText, safeJson } from "../lib/entry/values.ts";

/**
 * Receives statuses of one, some or all customers. A message is completed only after its record was printed, or after its sink
 * has accepted it: delivery is at least once. One customer that fails does not affect the others.
 */
export async function* poll(
  context: Context,
  names: readonly CustomerName[],
  options: PollOptions,
): AsyncGenerator<ResultBatch<ReceiveRecord | MessageLine>> {
  validateOptions(options, names);
  const all = options.all ?? (names.length === 0 && options.tag === undefined ? true : undefined);
  const config = await context.config.read();
  const shard = shardOf(context, options.shard);
  const customers = selectCustomers(config, { names, tag: options.tag, all, shard });
  if (customers.length === 0) context.log.info(`no customer belongs to replica ${shard?.index} of ${shard?.count}`);
  if (options.watch) context.terminal.expectConnections(customers.length);
  const where = await messageFilter(options);
  const contract = await openContract(config.contracts.status);
  const { stdout, stderr, env } = context.terminal;
  const request = {
    ...options,
    where,
    contract,
    env,
    onReopen: context.terminal.onReopen,
    logEmpty: stderr.isTTY === true,
    lookingOn: stdout.isTTY === true && stderr.isTTY === true ? options.lookingOn : undefined,
  };
  const received = options.peek
    ? unsettledBatches(peekCustomers(context, customers, request))
    : receiveMessages(context, customers, request);
  yield* options.failOn === undefined ? received : failingOn(received);
}

async function* unsettledBatches(records: AsyncIterable<ReceiveRecord | MessageLine>) {
  for await (const record of records) yield unsettledBatch(record);
}

/** Hands everything on, and fails at the end where a status reported a failed command. */
async function* failingOn(
  batches: AsyncIterable<ResultBatch<ReceiveRecord | MessageLine>>,
): AsyncGenerator<ResultBatch<ReceiveRecord | MessageLine>> {
  let failed = 0;
  for await (const batch of batches) {
    for (const record of batch.records)
      if ("type" in record && record.type === "message" && record.outcome === "failed") failed += 1;
    yield batch;
  }
  if (failed > 0)
    throw new Failure("StatusesFailed", `${countText(failed, "status reports", "statuses report")} a failed command`);
}

/** Lines of a template are for programs: only messages become such lines. */
function viewBy(
  format: RecordFormat | undefined,
  { statusLine, ...look }: ReceiveLook & { readonly statusLine?: PollStatusLine | undefined } = {},
): View<ReceiveRecord | MessageLine> {
  const receiveView = createReceiveView(look);
  return (event, style, page) => {
    if (!("type" in event)) return safeJson(event);
    statusLine?.sees(event);
    if (format === undefined) return receiveView(event, style, page);
    return event.type === "message" || event.type === "delivered" ? format(event) : "";
  };
}

export const view = viewBy(undefined);

/** A refusal is a result like any other, and still means that not all went well. */
const failureOf: FailureOf<ReceiveRecord | MessageLine> = (event) =>
  "type" in event && event.type === "delivered" && event.outcome === "refused"
    ? new Failure("MessagesRefused", "the program refused messages; they are in their queues again")
    : undefined;

export const pollCommand = defineCommand({
  name: "poll",
  description:
    "Receive messages from customers' status queues: drain the queues and stop, or watch them. A message is completed after it was printed, or after its destination accepted it.",
  arguments: customersOrAllArgument,
  options: {
    ...selectionOptions,
    ...shardOption,
    ...group("Customers:", { yes: yesOption }),
    ...group("When it stops:", {
      untilEmpty: { flags: "--until-empty", description: "when every queue is empty (the default)" },
      watch: { flags: "-w, --watch", description: "run until interrupted, with a live connection to every customer" },
      interval: {
        flags: "--interval <duration>",
        description: "drain all customers every <duration>; for many low-traffic customers",
        parse: parseDuration,
      },
      max: { flags: "-n, --max <count>", description: "stop after this many messages", parse: parseCount },
      idle: {
        flags: "--idle <duration>",
        description:
          "wait this long for further messages before a queue counts as empty (default: stop as soon as a peek finds no more)",
        parse: parseDuration,
      },
      failOn: {
        flags: "--fail-on <outcome>",
        description: "exit 10 at the end if a received status reports this outcome",
        choices: ["failed"],
      },
      timeout: {
        flags: "--timeout <duration>",
        description: "stop after this long; exit 9 if messages remain or --max was not reached",
        parse: parseDuration,
      },
    }),
    ...group("Messages:", {
      where: {
        flags: "--where <expression>",
        description: "only messages that match, in CEL: docs/expressions.md; the others stay in the queue",
      },
      outcome: {
        flags: "--outcome <outcome>",
        description: "only statuses that report this outcome; the others stay in the queue",
        choices: ["succeeded", "failed"],
      },
      sequence: {
        flags: "--sequence <number>",
        description: "receive the deferred message with this sequence number, and no other; repeatable",
        parse: parseSequenceNumber,
        repeatable: true,
      },
      dedup: {
        flags: "--dedup",
        description: "silently complete messages whose id was already received",
      },
      peek: {
        flags: "--peek",
        description: "read messages without receiving them: they stay in the queue and delivery counts do not change",
      },
      fromSequence: {
        flags: "--from-sequence <number>",
        description: "with --peek: start at this sequence number",
        parse: parseSequenceNumber,
      },
      since: {
        flags: "--since <time>",
        description: "with --peek: enqueued at or after this time, or within this duration",
        parse: parseTime,
      },
      last: { flags: "--last <count>", description: "with --peek: only the newest <count>", parse: parseCount },
    }),
    ...group("Output:", {
      format: {
        flags: "-F, --format <template>",
        description:
          "print a line such as '{{customer}} {{outcome}} {{body.version}}', with the braces of `send --template`. Fields are customer, queue, messageId, correlationId, subject, outcome, detail, body, properties, sessionId, enqueuedAt, sequenceNumber, deliveryCount. An unknown field is an error that lists all fields",
        parse: parseRecordFormat,
        sensitive: true,
      },
      oldFormat: {
        flags: "-f <template>",
        description: "the same as --format; elsewhere -f is a file",
        parse: parseRecordFormat,
        sensitive: true,
        hidden: true,
      },
      ndjson: {
        flags: "--ndjson",
        description: "with --peek: print lines that `send --ndjson` reads: docs/message-format.md",
      },
      utc: { flags: "--utc", description: "print times in UTC, not in local time" },
      long: { flags: "--long", description: "print complete times and ids on a terminal, too" },
    }),
    ...group("Destination:", {
      toFile: pathOption(
        "--to-file <file>",
        "append records to a file; every record is on disk before its message is completed",
      ),
      exec: {
        flags: "--exec <program args...>",
        description:
          "run a program for every message, with the body on stdin; exit 0 completes the message, any other code abandons it. All words after --exec, or after --, belong to the program",
        program: true,
      },
      forward: {
        flags: "--forward <namespace/queue>",
        description: "forward every message to a queue of the provider",
        sensitive: false,
      },
      toUrl: {
        flags: "--to-url <url>",
        description:
          "post every message as JSON to a server on this machine, or over https; a status of 200 to 299 completes the message: docs/message-format.md",
        sensitive: true,
      },
      concurrency: {
        flags: "--concurrency <count>",
        description:
          "messages per queue in parallel for --exec and --to-url (default: 1) and --forward (default: 16), and sessions in parallel",
        parse: parseCount,
      },
    }),
    ...group("Monitoring:", {
      heartbeat: {
        flags: "--heartbeat <duration>",
        description: "print a heartbeat record at this interval",
        parse: parseDuration,
      },
      health: healthOption,
    }),
  },
  createRenderer: ({ watch, interval, exec, format: given, oldFormat, utc, long }) => {
    const format = given ?? oldFormat;
    // The output of a program of --exec on stderr would break the status line.
    const isWatching = (watch || interval !== undefined) && exec === undefined;
    const statusLine = isWatching ? createPollStatusLine() : undefined;
    const view = viewBy(format, { statusLine, utc, long });
    // A drain ends, so that what failed can come last. While watching it is reported at once.
    const isDrain = !watch && interval === undefined && format === undefined;
    return {
      ...(isDrain ? failuresLast<ReceiveRecord | MessageLine>(view) : { onRecord: view }),
      mode: statusLine && { statusLine: statusLine.foot },
      textOption: format === undefined ? undefined : "--format",
      lookingOn: statusLine?.lookingOn,
    };
  },
  failureOf,
  changes: ({ peek }) => !peek,
  ask: async (context, args, { all, tag, shard, yes, ...options }) => {
    const { names, ...selection } = selectionOrAllOf(args, { all, tag, shard });
    if (all || !selection.all || options.peek) return;
    validateOptions({ ...options, ...selection }, names);
    const config = await context.config.read();
    const customers = selectCustomers(config, selection);
    await confirmCustomers(context, { config, customers, yes, action: "Receive and complete the statuses of" });
  },
  run: async function* (context, args, { all, tag, shard, yes: _, oldFormat, ...options }, { lookingOn }) {
    const { names, ...selection } = selectionOrAllOf(args, { all, tag, shard });
    const request = { ...options, ...selection, logFailures: (options.format ?? oldFormat) !== undefined, lookingOn };
    const isQuietDrain = lookingOn === undefined && options.exec === undefined;
    const text = (seconds: number) => (isQuietDrain ? `receiving (${seconds} s)` : undefined);
    yield* withWaitLine(context, text, (above) => poll(above, names, request));
  },
  examples: [
    { line: "xtenant poll acme", what: "print acme's statuses until its queue is empty" },
    {
      line: "xtenant poll --watch --json --heartbeat 30s --shard 0/2",
      what: "the first of two replicas watches its share of the customers",
      goesOn: true,
    },
    {
      line: "xtenant poll acme --max 10 --exec ./handle.sh --log handled.log",
      what: "run a program for each of ten messages; its arguments are all words after --exec",
    },
    {
      line: "xtenant poll acme --peek --last 10 -F '{{enqueuedAt}} {{messageId}}'",
      what: "peek the newest ten messages",
    },
  ],
  seeAlso: ["respond", "send", "help json"],
});
