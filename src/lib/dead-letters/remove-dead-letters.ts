import { forEachCustomer } from "../concurrency/for-each-customer.ts";
import { createSemaphore } from "../concurrency/semaphore.ts";
import { type Selection, selectCustomers } from "../config/select-customers.ts";
import { countText } from "../domain/count-text.ts";
import { type Customer, type Provenance, provenanceOf, type QueueRole } from "../domain/customer.ts";
import { omitUndefined } from "../domain/omit-undefined.ts";
import { expectedFailure, Failure } from "../errors/failure.ts";
import type { NamespaceConnection } from "../ports/azure-services.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import { type CustomerFailed, failedRecord } from "../receive/receive-record.ts";
import { openRecordFile, type RecordFile } from "../receive/sinks/record-file.ts";
import { parseWhereExpression } from "../receive/where-expression.ts";
import { type RemovalTask, type RemovedMessage, removeMessages } from "./removal.ts";
import {
  connectTo,
  type DeadLetterQueue,
  requireSendAccess,
  type Survey,
  type SurveyedMessage,
  surveyQueue,
} from "./survey.ts";

export type RemovalOptions = DeadLetterQueue & {
  readonly sequence?: readonly bigint[];
  readonly reason?: string;
  readonly where?: string;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly journal?: string;
};

/** One way to remove dead letters. */
export type RemovalMode = {
  /** Asks the operator. Throws Failure "interrupted" or "usage" when the operator does not confirm. */
  readonly confirm: (question: string) => Promise<void>;
  readonly word: "resubmit" | "purge";
  /** Called when the journal is open, before the first dead letter is removed. */
  readonly onJournal: (from: { readonly customer: string; readonly queue: QueueRole }, file: string) => void;
  /** What the operator must know about the selected messages of a customer, before the question. */
  readonly notice?: (customer: Customer, messages: readonly SurveyedMessage[]) => string | undefined;
  /** Opens the link for the copies. The function resolves each line to the id under which the broker accepted its copy. */
  readonly sender?: (connection: NamespaceConnection) => Promise<RemovalTask["send"]>;
};

type One = Provenance & { readonly sequenceNumber: string; readonly messageId?: string };
type Matched = { readonly type: "matched"; readonly reason: string; readonly state?: "deferred" } & One;
export type RemovalRecord =
  | Matched
  | ({ readonly type: "resubmitted" | "purged" | "kept" } & One &
      Pick<RemovedMessage, "resubmittedAs" | "marks" | "error">)
  | Counted
  | CustomerFailed;
/** The totals of one customer: `matched` is the sum of the other three. */
export type Counted = { readonly type: "summary" } & Provenance & {
    readonly matched: number;
    readonly done: number;
    readonly failed: number;
    /** Messages that could not be locked: removed since the survey, or locked by another receiver. */
    readonly missed: number;
    readonly journal?: string;
  };

/** Surveys all customers, asks once for all, then removes. A customer that fails does not delay the others. */
export async function* removeDeadLetters(
  context: UseCaseContext,
  selection: Selection,
  options: RemovalOptions,
  way: RemovalMode,
): AsyncGenerator<RemovalRecord> {
  const customers = selectCustomers(await context.config.read(), selection);
  if (customers.length > 1 && (options.journal !== undefined || options.sequence !== undefined))
    throw new Failure("UsageOneCustomer", "--journal and --sequence work with one customer: name that customer");
  const surveys = await surveyed(context, customers, options, way);
  const all = [...surveys].filter(([, { wanted }]) => wanted.size > 0);
  for (const [customer, { wanted }] of all) {
    const notice = way.notice?.(customer, [...wanted.values()]);
    if (notice !== undefined) context.log.info(notice);
  }
  const count = all.reduce((sum, [, { wanted }]) => sum + wanted.size, 0);
  if (count > 0 && !options.dryRun && !options.yes) await way.confirm(`${question(way, count, all)}?`);
  yield* forEachCustomer(customers, (customer, signal) => ofCustomer(signal, customer), {
    signal: context.signal,
    toFailed: (customer, failure) => failedRecord(customer, failure, options.queue),
  });

  async function* ofCustomer(signal: AbortSignal, customer: Customer): AsyncGenerator<RemovalRecord> {
    const survey = surveys.get(customer) ?? (await surveyAt(context, customer, options, way));
    const where = provenanceOf(customer, options.queue);
    if (survey.deferred > 0) context.log.info(deferredNotice(customer, survey.deferred));
    if (options.dryRun) return yield* named(where, survey);
    yield* taken({ ...context, signal }, customer, { survey, options, way });
  }
}

const deferredNotice = ({ name }: Customer, count: number) =>
  `${name}: ${count} deferred ${count === 1 ? "dead letter is" : "dead letters are"} left; select them by number with --sequence`;

const question = ({ word }: RemovalMode, count: number, all: readonly (readonly [Customer, Survey])[]) =>
  `${word} ${countText(count, "dead letter")} (${all.map(([{ name }, { wanted }]) => `${name}: ${wanted.size}`).join(", ")})`;

const surveysAtOnce = 32;

/** Closes each connection before the operator is asked. A customer that fails here is tried again later and then reports its failure. */
async function surveyed(
  context: UseCaseContext,
  customers: readonly Customer[],
  options: RemovalOptions,
  way: RemovalMode,
) {
  const limit = createSemaphore(surveysAtOnce);
  const surveys = new Map<Customer, Survey>();
  const one = async (customer: Customer) => {
    using _place = await limit();
    try {
      surveys.set(customer, await surveyAt(context, customer, options, way));
    } catch (error) {
      if (customers.length === 1 || expectedFailure(error).kind === "usage") throw error;
    }
  };
  await Promise.all(customers.map(one));
  return surveys;
}

async function surveyAt(context: UseCaseContext, customer: Customer, options: RemovalOptions, { sender }: RemovalMode) {
  const where = options.where === undefined ? undefined : await parseWhereExpression(options.where);
  await using connection = await connectTo(context, customer, options);
  const survey = await surveyQueue(context, customer, {
    connection,
    place: options,
    selection: { ...options, where },
  });
  // After peeking: if a sender opens first, the SDK (7.9.5) often waits 30 s for the link that it peeks with, and then fails.
  if (sender) await requireSendAccess(connection, customer, options);
  return survey;
}

function* named(where: Provenance, { wanted }: Survey): Generator<RemovalRecord> {
  for (const [number, { messageId, deadLetterReason: reason = "", state }] of wanted) {
    const details = omitUndefined({ messageId, state: state === "deferred" ? state : undefined });
    yield { type: "matched", ...where, sequenceNumber: String(number), ...details, reason };
  }
  yield { type: "summary", ...where, matched: wanted.size, done: 0, failed: 0, missed: 0 };
}

type Task = { readonly survey: Survey; readonly options: RemovalOptions; readonly way: RemovalMode };

async function* taken(
  context: UseCaseContext,
  customer: Customer,
  { survey, options, way }: Task,
): AsyncGenerator<RemovalRecord> {
  const where = provenanceOf(customer, options.queue);
  const matched = survey.wanted.size;
  const counts = { done: 0, failed: 0 };
  const file = options.journal ?? `dead-letter-${customer.name}-${new Date().toISOString().replaceAll(":", "")}.ndjson`;
  if (matched > 0) {
    await using connection = await connectTo(context, customer, options);
    const receiver = await connection.deadLetters(options.queue);
    // Locks are renewed over the link that peeking uses. That link must be open before a sender is opened.
    await receiver.peek(1, 0n);
    const send = await way.sender?.(connection);
    await using journal: RecordFile = await openRecordFile(file);
    way.onJournal({ customer: customer.name, queue: options.queue }, file);
    for await (const one of removeMessages(context, { where, receiver, survey, journal, ...omitUndefined({ send }) })) {
      counts[one.error ? "failed" : "done"] += 1;
      yield { type: one.error ? "kept" : way.word === "purge" ? "purged" : "resubmitted", ...where, ...one };
    }
  }
  const missed = matched - counts.done - counts.failed;
  yield { type: "summary", ...where, matched, ...counts, missed, ...(matched > 0 ? { journal: file } : {}) };
}
