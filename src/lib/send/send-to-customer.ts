import { type Customer, type Provenance, provenanceOf, type QueueRole } from "../domain/customer.ts";
import type { Outgoing } from "../domain/message.ts";
import { omitUndefined } from "../domain/omit-undefined.ts";
import { Failure, type FailureRecord, failureRecord } from "../errors/failure.ts";
import type { NamespaceConnection } from "../ports/azure-services.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import { type DeliveryOutcome, type DeliveryReport, deliverMessages } from "./deliver-messages.ts";
import { createInvalidLines, createLineRanges, type InvalidLine } from "./invalid-lines.ts";
import { type MeasuredMessage, requireSizeLimit } from "./message-size.ts";
import type { MessageSource } from "./message-source.ts";
import { createRateLimiter } from "./rate-limiter.ts";

/** The messages and options for each customer. */
export type SendPlan = {
  readonly source: MessageSource;
  /** The result of the first reading; absent for a stream. */
  readonly surveyed?: { readonly messages: number; readonly largest: number };
  readonly perSecond?: number;
  /** When the queue delivers the messages, where that is later. */
  readonly scheduledAt?: Date;
  /** Lines that cannot be sent are reported, and the others are sent. */
  readonly skipInvalid?: boolean;
  readonly progress?: (customer: Customer, accepted: number) => void;
};

export type SentRecord = { readonly type: "sent" } & Provenance & {
    readonly messages: number;
    readonly bytes: number;
    /** Set for a single message. */
    readonly messageId?: string;
    /** Set for 2 to 1,000 messages, in the order in which the service accepted them. */
    readonly messageIds?: readonly string[];
    readonly correlationId?: string;
    /** The lines that were not sent, because they cannot be; absent for none. */
    readonly skippedLines?: readonly number[];
  };
export type ScheduledRecord = { readonly type: "scheduled" } & Provenance & {
    readonly messageId: string;
    readonly scheduledAt: string;
    readonly sequenceNumber: string;
  };
export type UnknownRecord = { readonly type: "unknown" } & Provenance & {
    readonly messageId: string;
    /** Its line in the input. */
    readonly line?: number;
  };
/** A line of the input that was not sent, because it cannot be. */
export type InvalidRecord = { readonly type: "invalid" } & Provenance & {
    readonly line: number;
    readonly error: FailureRecord;
  };

/** More ids in one record would be longer than the input. */
const mostIds = 1_000;

/**
 * Sends one customer's messages. After a failure, first reports the messages with an unknown outcome, then throws. The failure
 * names the lines that were accepted.
 */
export async function* sendToCustomer(
  connection: NamespaceConnection,
  customer: Customer,
  { plan, queue, signal }: { readonly plan: SendPlan; readonly queue: QueueRole } & Pick<UseCaseContext, "signal">,
): AsyncGenerator<SentRecord | ScheduledRecord | UnknownRecord | InvalidRecord, SentRecord> {
  const { source, surveyed, perSecond, progress, skipInvalid = false } = plan;
  const lines = createLineLedger();
  const sender = await connection.sender(queue);
  const limit = await sender.maxMessageBytes();
  const size = (message: Outgoing) => sender.size(message);
  const mustFit = (one: MeasuredMessage) => requireSizeLimit(one, { limit, size });
  const mayBeTooLarge = surveyed === undefined || surveyed.largest > limit;
  if (surveyed && mayBeTooLarge && !skipInvalid)
    await requireAllFit((onInvalid) => source.open(customer, onInvalid, limit), mustFit);
  const first: { message?: Outgoing } = {};
  const messageIds: string[] = [];
  const onInvalid = skipInvalid ? lines.invalid : undefined;
  const check = (one: MeasuredMessage) => {
    if (mayBeTooLarge) mustFit(one);
    first.message ??= one.message;
    lines.read(one);
  };
  const portions = checked(source.open(customer, onInvalid, limit), check, onInvalid);
  const telling = deliverMessages(sender, portions, {
    signal,
    pace: perSecond === undefined ? undefined : createRateLimiter(perSecond),
    progress: (accepted) => progress?.(customer, accepted),
    accepted: (messages) => {
      lines.accepted(messages);
      if (messageIds.length <= mostIds) messageIds.push(...messages.map(({ messageId }) => messageId));
    },
    takeInvalid: lines.takeInvalid,
  });
  const where = provenanceOf(customer, queue);
  let step = await telling.next();
  for (; !step.done; step = await telling.next()) yield record(where, step.value, lines.lineOf);
  const outcome = step.value;
  if (outcome.failure) throw explained(outcome.failure, outcome, lines.text());
  const only = outcome.accepted === 1 ? first.message : undefined;
  const ids = only ? { messageId: only.messageId, ...omitUndefined({ correlationId: only.correlationId }) } : {};
  const skippedLines = lines.skipped.length > 0 ? lines.skipped : undefined;
  const counts = { messages: outcome.accepted, bytes: outcome.bytes, ...omitUndefined({ skippedLines }) };
  const several = outcome.accepted > 1 && messageIds.length <= mostIds ? { messageIds } : {};
  return { type: "sent", ...where, ...ids, ...several, ...counts };
}

/** Which lines of the input were accepted, and which cannot be sent. */
function createLineLedger() {
  const numbers = new WeakMap<Outgoing, number>();
  const accepted = createLineRanges();
  const skipped: number[] = [];
  let unreported: InvalidLine[] = [];
  const lineOf = (message: Outgoing) => numbers.get(message);
  return {
    skipped: skipped as readonly number[],
    lineOf,
    read: ({ message, line }: MeasuredMessage) => {
      if (line !== undefined) numbers.set(message, line);
    },
    accepted: (messages: readonly Outgoing[]) => {
      for (const message of messages) {
        const line = lineOf(message);
        if (line !== undefined) accepted.add(line);
      }
    },
    invalid: (one: InvalidLine) => {
      skipped.push(one.line);
      unreported.push(one);
    },
    takeInvalid: (): readonly InvalidLine[] => {
      const lines = unreported;
      unreported = [];
      return lines;
    },
    /** Empty for messages without lines. */
    text: () => (accepted.isEmpty() ? "" : ` (${accepted.text()})`),
  };
}

/** Throws one failure for all messages that are larger than the queue accepts. */
async function requireAllFit(
  open: (onInvalid: (invalid: InvalidLine) => void) => AsyncIterable<readonly MeasuredMessage[]>,
  mustFit: (one: MeasuredMessage) => void,
): Promise<void> {
  const invalid = createInvalidLines();
  let messages = 0;
  for await (const portion of open(invalid.add)) {
    messages += portion.length;
    for (const one of portion) {
      const failure = failureOf(() => mustFit(one));
      if (failure && one.line === undefined) throw failure;
      if (failure) invalid.add({ line: one.line ?? 0, failure });
    }
  }
  const failure = invalid.failure(messages);
  if (failure) throw failure;
}

/** The failure of a check; any other error is thrown. */
function failureOf(check: () => void): Failure | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

async function* checked(
  portions: AsyncIterable<readonly MeasuredMessage[]>,
  check: (one: MeasuredMessage) => void,
  onInvalid: ((invalid: InvalidLine) => void) | undefined,
) {
  for await (const portion of portions) {
    const valid: MeasuredMessage[] = [];
    for (const one of portion) {
      const failure = failureOf(() => check(one));
      if (failure === undefined) valid.push(one);
      else if (onInvalid && one.line !== undefined) onInvalid({ line: one.line, failure });
      else {
        // An invalid message does not stop the messages before it.
        yield valid;
        throw failure;
      }
    }
    yield valid;
  }
}

const record = (
  where: Provenance,
  report: DeliveryReport,
  lineOf: (message: Outgoing) => number | undefined,
): ScheduledRecord | UnknownRecord | InvalidRecord => {
  if (report.type === "invalid")
    return { type: "invalid", ...where, line: report.line, error: failureRecord(report.failure) };
  const { messageId } = report.message;
  return report.type === "unknown"
    ? { type: "unknown", ...where, messageId, ...omitUndefined({ line: lineOf(report.message) }) }
    : {
        type: "scheduled",
        ...where,
        messageId,
        scheduledAt: report.at.toISOString(),
        sequenceNumber: String(report.sequenceNumber),
      };
};

/** The failure with the counts of the messages. */
function explained(failure: Failure, { accepted, unknown }: DeliveryOutcome, lines: string): Failure {
  if (accepted + unknown === 0) return failure;
  const counts = `${accepted} accepted${lines}, ${unknown} unknown, the others not sent`;
  return failure.with({
    kind: accepted > 0 ? "partial" : failure.kind,
    message: `${failure.message}; ${counts}`,
    ...(failure.kind === "unavailable" ? { remedy: "SendIncomplete" } : {}),
  });
}
