import { Command } from "@commander-js/extra-typings";
import type { Context } from "../cli/context.ts";
import { withExamples } from "../cli/help/command-help.ts";
import { addShardOption, shardOf } from "../cli/options/customer-options.ts";
import {
  parseArgument,
  parseCount,
  parseDuration,
  parseRepeatedArgument,
  parseSequenceNumber,
  parseTime,
} from "../cli/options/parsers.ts";
import { parseRecordFormat, type RecordFormat } from "../cli/output/record-format.ts";
import { type FailureOf, type ResultBatch, type Run, unsettledBatch, type View } from "../cli/run-command.ts";
import { createPollStatusLine, type PollStatusLine } from "../cli/status-line/poll-status-line.ts";
import { receiveView } from "../cli/views/receive-view.ts";
import { selectCustomers } from "../lib/config/select-customers.ts";
import { type CustomerName, parseCustomerName, parseTag } from "../lib/domain/customer.ts";
import type { MessageLine } from "../lib/domain/message-line.ts";
import { Failure } from "../lib/errors/failure.ts";
import { parseHealthAddress } from "../lib/health/health-address.ts";
import { openContract } from "../lib/receive/message-contract.ts";
import { peekCustomers } from "../lib/receive/peek-customers.ts";
import { receiveMessages } from "../lib/receive/receive-messages.ts";
import { type PollOptions, validateOptions } from "../lib/receive/receive-options.ts";
import type { ReceiveRecord } from "../lib/receive/receive-record.ts";
import { parseWhereExpression } from "../lib/receive/where-expression.ts";

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
  const all = names.length === 0 && options.tag === undefined ? true : undefined;
  const config = await context.config.read();
  const shard = shardOf(context, options.shard);
  const customers = selectCustomers(config, { names, tag: options.tag, all, shard });
  if (customers.length === 0) context.log.info(`no Customer belongs to replica ${shard?.index} of ${shard?.count}`);
  if (options.watch) context.terminal.expectConnections(customers.length);
  const where = options.where === undefined ? undefined : await parseWhereExpression(options.where);
  const contract = await openContract(config.contracts.status);
  const { stdout, stderr, env } = context.terminal;
  const request = {
    ...options,
    where,
    contract,
    env,
    logEmpty: stderr.isTTY === true,
    lookingOn: stdout.isTTY === true && stderr.isTTY === true ? options.lookingOn : undefined,
  };
  if (options.peek) for await (const record of peekCustomers(context, customers, request)) yield unsettledBatch(record);
  else yield* receiveMessages(context, customers, request);
}

/** Lines of a template are for programs: only messages become such lines. */
const viewBy =
  (format: RecordFormat | undefined, statusLine?: PollStatusLine): View<ReceiveRecord | MessageLine> =>
  (event, style, page) => {
    if (!("type" in event)) return JSON.stringify(event);
    statusLine?.sees(event);
    if (format === undefined) return receiveView(event, style, page);
    return event.type === "message" || event.type === "delivered" ? format(event) : "";
  };

export const view = viewBy(undefined);

/** A refusal is a result like any other, and still means that not all went well. */
const failureOf: FailureOf<ReceiveRecord | MessageLine> = (event) =>
  "type" in event && event.type === "delivered" && event.outcome === "refused"
    ? new Failure("partial", "the program refused messages; they are in their queues again", {
        code: "Refused",
        hint: "its own words stand above; repeat the command when it takes them",
      })
    : undefined;

export const pollCommand = (run: Run) =>
  addShardOption(
    new Command("poll")
      .description(
        "Read Customers' status queues: drain them and end, or tail them. A message is completed after it was printed, or after its destination has taken it.",
      )
      .argument(
        "[customers...]",
        "names from `xtenant customers list` (default: all)",
        parseRepeatedArgument(parseCustomerName),
      )
      .optionsGroup("Which Customers:")
      .option(
        "--tag <key=value>",
        "the Customers with this tag; repeat it to ask for several at once",
        parseRepeatedArgument(parseTag),
      ),
  )
    .optionsGroup("When it ends:")
    .option("--until-empty", "when every queue is empty; the default")
    .option("-w, --watch", "go on until interrupted, a live connection to every Customer")
    .option(
      "--interval <duration>",
      "drain every Customer, again after each such pause: for many that speak rarely",
      parseDuration,
    )
    .option("-n, --max <count>", "stop after this many messages", parseCount)
    .option("--idle <duration>", "how long a queue must stay silent to count as empty", parseDuration, 1_000)
    .option(
      "--timeout <duration>",
      "give up after so long: exit 9 when it is not empty, or --max has not come",
      parseDuration,
    )
    .optionsGroup("Which messages:")
    .option("--where <expression>", "only those that match, in CEL: docs/expressions.md; the others stay in the queue")
    .option("--dedup", "complete without a word what has the message id of one that was taken")
    .option("--peek", "look only: leave the messages where they are, and their delivery counts as they are")
    .option("--from-sequence <number>", "with --peek: from this sequence number on", parseSequenceNumber)
    .option("--since <time>", "with --peek: enqueued since then; a time, or how long ago", parseTime)
    .option("--last <count>", "with --peek: only the last so many", parseCount)
    .optionsGroup("Where to:")
    .option(
      "-f, --format <template>",
      "print a line such as '{customer} {body.version}'",
      parseArgument(parseRecordFormat),
    )
    .option("--ndjson", "with --peek: print lines that `send --ndjson` reads: docs/message-format.md")
    .option("--output <file>", "append records to a file, each on the disk before its message is completed")
    .option("--exec <program...>", "start a program for each, body on stdin; exit 0 completes, else it is given back")
    .option("--forward <namespace/queue>", "put each into a queue of the Provider's own")
    .option(
      "--concurrency <count>",
      "messages of a queue at a time for --exec (default: 1) and --forward (default: 16), and sessions at a time",
      parseCount,
    )
    .optionsGroup("Signs of life:")
    .option("--heartbeat <duration>", "a record so often as a sign of life", parseDuration)
    .option(
      "--health <address>",
      "answer probes at this port, or address and port: /livez, /readyz, /metrics, /status (docs/telemetry.md)",
      parseArgument(parseHealthAddress),
    )
    .configureHelp(
      withExamples({
        examples: [
          { line: "xtenant poll acme", what: "print acme's statuses until its queue is empty" },
          { line: "xtenant poll --watch --json --heartbeat 30s", what: "tail every Customer", goesOn: true },
          {
            line: "xtenant poll --watch --json --heartbeat 30s --shard 0/2",
            what: "the first of two replicas tails its share of them",
            goesOn: true,
          },
          { line: "xtenant poll acme --peek --last 10 -f '{enqueuedAt} {messageId}'", what: "look at the newest ten" },
        ],
        seeAlso: ["respond", "send", "help json"],
      }),
    )
    .action((customers = [], options) => {
      // What a program of --exec says on stderr would get between.
      const watching = (options.watch || options.interval !== undefined) && options.exec === undefined;
      const polled = watching ? createPollStatusLine() : undefined;
      const mode = polled && { statusLine: polled.foot };
      return run(
        poll,
        viewBy(options.format, polled),
        failureOf,
        mode,
      )(customers, { ...options, logFailures: options.format !== undefined, lookingOn: polled?.lookingOn });
    });
