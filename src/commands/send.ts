import { defineCommand } from "../cli/command/define-command.ts";
import { group, pathOption } from "../cli/command/define-option.ts";
import type { Context } from "../cli/context.ts";
import { confirmCustomers, yesOption } from "../cli/options/confirm-customers.ts";
import { selectionOptions } from "../cli/options/customer-options.ts";
import { messageFieldOptions } from "../cli/options/message-field-options.ts";
import { parseCount, parseRate } from "../cli/options/parsers.ts";
import { inputOf, readSendWords, requireFieldPath, whatText, withSavedCommand } from "../cli/options/send-input.ts";
import { sendWordsArgument } from "../cli/options/send-words.ts";
import { templateOptions } from "../cli/options/template-options.ts";
import { parseDelay, parseDuration, parseMoment } from "../cli/options/times.ts";
import { customerFailureText } from "../cli/output/customer-failure.ts";
import { failuresLast } from "../cli/output/failure-groups.ts";
import { formatTime, viewTime } from "../cli/output/format-time.ts";
import { wrapToPage } from "../cli/output/wrap-text.ts";
import type { View } from "../cli/run-command.ts";
import { openProgress, openWaitLine } from "../cli/status-line/progress.ts";
import type { FieldAssignment } from "../lib/entry/commands.ts";
import {
  type Customer,
  forEachCustomer,
  type Provenance,
  provenanceOf,
  type QueueRole,
  type Selection,
  selectCustomers,
} from "../lib/entry/customers.ts";
import { Failure, type FailureRecord, failureRecord } from "../lib/entry/errors.ts";
import {
  bodyOfRecord,
  type InvalidRecord,
  linesSkipped,
  planSend,
  prepareStatusWait,
  requireAnswer,
  requireSuccess,
  type ScheduledRecord,
  type SendOptions,
  type SendPlan,
  type SentRecord,
  type StatusRecord,
  sendToCustomer,
  type UnknownRecord,
} from "../lib/entry/messages.ts";
import { explainRefusal } from "../lib/entry/onboarding.ts";
import { countText, omitUndefined, plainLine } from "../lib/entry/values.ts";

type Options = SendOptions & {
  readonly timeout?: number;
  readonly correlate?: string;
  readonly queue?: QueueRole;
  readonly dryRun?: true;
  readonly yes?: true;
  /** A saved command of the config, and its fields. */
  readonly command?: string;
  readonly set?: readonly FieldAssignment[];
};

/** What `--dry-run` would send to one customer. */
type WouldSend = { readonly type: "would-send" } & Provenance & {
    readonly messages: number;
    readonly scheduledAt?: string;
  };
type Failed = { readonly type: "failed" } & Provenance & { readonly error: FailureRecord };
export type SendRecord =
  | WouldSend
  | SentRecord
  | ScheduledRecord
  | UnknownRecord
  | InvalidRecord
  | StatusRecord
  | Failed;

const defaultTimeout = 60_000;
/** Customers that are sent to at the same time. Waiting for statuses does not count. */
const customersAtOnce = 32;

/**
 * Sent means that the broker has accepted the message. One customer that fails does not delay the others. With `wait`, all
 * commands are sent before a status is waited for, and all customers have the same deadline.
 */
export async function* send(
  context: Context,
  selection: Selection,
  text: string | undefined,
  given: Options,
): AsyncGenerator<SendRecord> {
  validateWait(given);
  const config = await context.config.read();
  const options = await withSavedCommand(config, given);
  const { queue = "command", dryRun, yes } = options;
  const customers = selectCustomers(config, selection);
  const planned = await planSend(inputOf(context), { config, customers, text, options });
  if (dryRun) {
    yield* wouldSend(customers, planned, queue);
    return;
  }
  if (customers.length > 1) {
    const when = dueText(planned.scheduledAt?.toISOString(), formatTime);
    const action = `Send ${whatText(options.saved?.name ?? text, planned)}${when} to`;
    await confirmCustomers(context, { config, customers, action, yes });
  }
  const messages = planned.surveyed && planned.surveyed.messages * customers.length;
  await using progress = await openSendProgress(context, { customers, messages, options });
  const plan: SendPlan = { ...planned, progress: progress.accepted };
  const exchanges = forEachCustomer(customers, exchangeWith(context, plan, { options, progress }), {
    signal: context.signal,
    concurrency: customersAtOnce,
    toFailed: (customer, failure): Failed => ({
      type: "failed",
      ...provenanceOf(customer, queue),
      error: failureRecord(failure),
    }),
  });
  for await (const result of exchanges) {
    progress.observe(result);
    yield result;
  }
}

function validateWait({ wait, timeout, correlate, queue }: Options): void {
  if (!wait && (timeout !== undefined || correlate !== undefined))
    throw new Failure("UsageMissingOption", "--timeout and --correlate require --wait");
  if (wait && queue === "status")
    throw new Failure("UsageConflictingOptions", "--wait is for commands: it cannot be combined with --queue status");
  requireFieldPath(correlate);
}

async function* wouldSend(
  customers: readonly Customer[],
  { surveyed, scheduledAt }: SendPlan,
  queue: QueueRole,
): AsyncGenerator<WouldSend> {
  if (surveyed === undefined)
    throw new Failure("UsageConflictingOptions", "--dry-run cannot read a stream: use a file, --ndjson <file>");
  for (const customer of customers)
    yield {
      type: "would-send",
      ...provenanceOf(customer, queue),
      messages: surveyed.messages,
      ...omitUndefined({ scheduledAt: scheduledAt?.toISOString() }),
    };
}

/** What a person sees while messages are sent, and while their statuses are waited for. */
async function openSendProgress(
  { terminal, log, signal }: Context,
  { customers, messages, options }: { customers: readonly Customer[]; messages?: number | undefined; options: Options },
) {
  const accepted = new Map<Customer, number>();
  const waiting = new Set<Customer>();
  const counts = { sent: 0, answered: 0, failed: 0 };
  const limit = (options.timeout ?? defaultTimeout) / 1_000;
  const waitText = (seconds: number) => {
    if (waiting.size === 0) return undefined;
    const [only] = customers;
    const who =
      customers.length === 1 && only
        ? `waiting for ${only.name}'s status`
        : `${counts.sent} sent, ${counts.answered} answered, ${counts.failed} failed, ${waiting.size} waiting`;
    return `${who} (${seconds} s of ${limit} s); Ctrl-C only stops waiting`;
  };
  const line = options.wait ? await openWaitLine(terminal, log, waitText) : undefined;
  const bar = options.wait ? undefined : await openProgress(terminal, log, messages);
  return {
    waiting,
    accepted: (customer: Customer, count: number) => {
      accepted.set(customer, count);
      bar?.show([...accepted.values()].reduce((sum, one) => sum + one, 0));
    },
    observe: (record: SendRecord) => {
      bar?.clear();
      line?.clear();
      if (record.type === "sent") counts.sent += 1;
      if (record.type === "status") counts.answered += 1;
      if (record.type === "failed") counts.failed += 1;
    },
    [Symbol.asyncDispose]: async () => {
      bar?.clear();
      line?.[Symbol.dispose]();
      if (signal.aborted && waiting.size > 0)
        log.info(
          `${countText(waiting.size, "command was", "commands were")} sent, and the status may still come: xtenant poll ${[...waiting].map(({ name }) => name).join(" ")}`,
        );
    },
  };
}

type Exchange = {
  readonly options: Options;
  readonly progress: { readonly waiting: Set<Customer> };
};

/** Sends to one customer, and waits for the status. Only sending holds a place; the deadline is the same for all. */
function exchangeWith({ azure }: Context, plan: SendPlan, { options, progress }: Exchange) {
  const { wait, timeout = defaultTimeout, correlate, at, in: delay, queue = "command" } = options;
  let deadline: number | undefined;
  return async function* (customer: Customer, signal: AbortSignal, leave: () => void): AsyncGenerator<SendRecord> {
    await using connection = await azure.connectAsProvider(customer);
    const statusOf = wait && prepareStatusWait(connection, customer);
    const sending = explained(sendToCustomer(connection, customer, { plan, queue, signal }), customer, queue);
    let isScheduled = false;
    let step = await sending.next();
    for (; !step.done; step = await sending.next()) {
      isScheduled ||= step.value.type === "scheduled";
      yield step.value;
    }
    const sent = step.value;
    leave();
    // The record of one scheduled message already has all of it. A time that has passed schedules nothing: the message is sent.
    const isTold = sent.messages === 1 && isScheduled && (at !== undefined || delay !== undefined);
    if (wait && sent.messages > 0) progress.waiting.add(customer);
    if (!isTold) yield sent;
    if (sent.skippedLines) throw linesSkipped(sent.skippedLines);
    if (!statusOf || sent.messageId === undefined) return;
    deadline ??= performance.now() + timeout;
    const status = await statusOf({
      commandId: sent.messageId,
      correlate,
      milliseconds: timeout,
      deadline,
      signal,
    }).catch((error: unknown) => {
      if (!signal.aborted) progress.waiting.delete(customer);
      throw error;
    });
    progress.waiting.delete(customer);
    yield status;
    requireSuccess(status);
    if (options.saved) requireAnswer(options.saved, status);
  };
}

/** Messages for the status queue restore what was there; least privilege does not include that. */
async function* explained<T, End>(
  sending: AsyncGenerator<T, End>,
  customer: Customer,
  queue: QueueRole,
): AsyncGenerator<T, End> {
  try {
    return yield* sending;
  } catch (error) {
    explainRefusal(error, customer, { claim: "Send", queue });
  }
}

const dueText = (at: string | undefined, show: (iso: string) => string) => (at === undefined ? "" : ` at ${show(at)}`);

const mostShown = 5;

/** `a, b, c`, or the first and the last of many. */
function idsText(ids: readonly string[]): string {
  const shown = ids.length <= mostShown ? ids : [...ids.slice(0, 2), "…", ...ids.slice(-1)];
  return shown.map(plainLine).join(", ");
}

export const view: View<SendRecord> = (result, style, page) => {
  const { bold, dim, green, red, yellow } = style;
  const { customer, queue } = result;
  const wrap = (line: string) => wrapToPage(line, page);
  switch (result.type) {
    case "would-send":
      return wrap(
        `${yellow("would send")} ${countText(result.messages, "message")} to ${customer} (${queue})${dueText(result.scheduledAt, (at) => viewTime(at, page))}`,
      );
    case "sent": {
      const what = result.messageId === undefined ? `${result.messages} messages` : plainLine(result.messageId);
      const ids = result.messageIds === undefined ? "" : `: ${idsText(result.messageIds)}`;
      return wrap(`${green("sent")} ${what} to ${customer} (${queue})${ids}`);
    }
    case "scheduled":
      return wrap(
        `${green("scheduled")} ${plainLine(result.messageId)} to ${customer} (${queue}) for ${viewTime(result.scheduledAt, page)}, number ${result.sequenceNumber}`,
      );
    case "unknown":
      return wrap(
        `${yellow("unknown")} whether ${plainLine(result.messageId)} reached ${customer} (${queue})${result.line === undefined ? "" : `, line ${result.line}`}`,
      );
    case "invalid":
      return wrap(`${red("not sent")} ${plainLine(result.error.message)}`);
    case "status": {
      const isFailed = result.outcome === "failed";
      const paint = isFailed ? red : green;
      const said = plainLine(result.detail ?? bodyOfRecord(result));
      return wrap(
        `${paint(isFailed ? "✗" : "✓")} ${bold(customer)} ${paint(result.outcome ?? "status")} ${said} ${dim(plainLine(result.commandId))}`,
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
  const { selection, text, file } = await readSendWords(context, words, { all, tag, ...options });
  yield* send(context, selection, text, file === undefined ? options : { ...options, file });
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
      ...templateOptions,
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
        description:
          "schedule delivery at <time>: 14:30, 'tomorrow 14:30' or 2026-01-31T12:00:00Z; prints the sequence number",
        parse: parseMoment,
      },
      in: {
        flags: "--in <duration>",
        description: "schedule delivery after <duration>, such as 90d",
        parse: parseDelay,
      },
      dryRun: { flags: "--dry-run", description: "show how many messages each customer would get, and send nothing" },
      yes: yesOption,
      queue: {
        flags: "--queue <queue>",
        description: "queue of the customer; use status to restore statuses from a dead-letter journal",
        choices: ["command", "status"],
        default: "command",
      },
    }),
    ...group("Status:", {
      wait: { flags: "--wait", description: "wait for the status of this command; it stays in its queue" },
      timeout: {
        flags: "--timeout <duration>",
        description: "how long to wait for the statuses of all customers (default: 60s)",
        parse: parseDuration,
      },
      correlate: {
        flags: "--correlate <path>",
        description: "field of the status that contains the command's id, if not the correlation id: body.id",
        sensitive: false,
      },
    }),
  },
  createRenderer: () => failuresLast<SendRecord>(view),
  changes: true,
  run: (context, { words }, options) => sendWords(context, words, options),
  examples: [
    { line: 'xtenant send acme \'{"deploy":"v2"}\'', what: "send one command" },
    {
      line: "xtenant send --all 'hello {{customer}}' --template",
      what: "send to every customer, with its name in the body",
    },
    {
      line: "xtenant send acme --command restart --set service=web",
      what: "send a saved command of the config",
    },
    {
      line: "xtenant send acme hello --wait --timeout 1s",
      what: "wait for the status: exit 10 if it reports a failure, 9 if there is none",
      exitCode: 9,
    },
  ],
  seeAlso: ["scheduled", "command saved", "help exit-codes"],
});
