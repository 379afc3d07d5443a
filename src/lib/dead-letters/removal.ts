import type { Provenance } from "../domain/customer.ts";
import { type DeadLetterLine, deadLetterLine } from "../domain/dead-letter-record.ts";
import { expectedFailure, Failure, type FailureRecord, failureRecord } from "../errors/failure.ts";
import type { LockedMessage, Receiver } from "../ports/azure-services.ts";
import { mapSettlement } from "../ports/map-settlement.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import { type HeldBack, heldBackAtMost, openHeldBack } from "../receive/held-back.ts";
import { renewLocksUntilDisposed } from "../receive/lock-renewal.ts";
import { openSettler, type Settler } from "../receive/settler.ts";
import type { RecordFile } from "../receive/sinks/record-file.ts";
import type { Survey } from "./survey.ts";

export type RemovalTask = {
  readonly where: Provenance;
  readonly receiver: Receiver;
  readonly survey: Survey;
  /** Written to the disk before the message is changed. */
  readonly journal: Pick<RecordFile, "append">;
  /** Resolves when the broker has accepted the copy. Absent when no copy is sent. */
  readonly send?: (line: DeadLetterLine) => Promise<SentCopy>;
};

export type SentCopy = {
  /** The id of the copy. */
  readonly resubmittedAs: string;
  /** Set when the copy would be too large with the properties that name the original. */
  readonly marks?: "omitted";
};

/** The result for a dead letter: removed, or still there. */
export type RemovedMessage = Partial<SentCopy> & {
  readonly sequenceNumber: string;
  readonly messageId?: string;
  readonly error?: FailureRecord;
};

const batch = 50;
const idleMilliseconds = 1_000;

/** Lock, write to the journal, send, complete. In this order an interruption can leave two copies of a message, but never none. */
export async function* removeMessages(
  { log, signal }: Pick<UseCaseContext, "log" | "signal">,
  removal: RemovalTask,
): AsyncGenerator<RemovedMessage> {
  const { receiver, survey } = removal;
  await using settler = openSettler(log);
  await using heldBack = openHeldBack(settler);
  for (const [number, { state }] of survey.wanted) {
    if (state !== "deferred" || signal.aborted) continue;
    const held = await receiver.receiveDeferred(number).catch(unlessNotFound);
    if (held) yield await remove(held, removal, { settler, heldBack });
  }
  const wanted = new Set([...survey.wanted].filter(([, { state }]) => state !== "deferred").map(([number]) => number));
  for (let locked = 0; wanted.size > 0 && !signal.aborted; ) {
    const most = Math.min(batch, survey.depth - locked, heldBackAtMost - heldBack.size);
    const received = most > 0 ? await receiver.receive(most, idleMilliseconds) : [];
    if (received.length === 0) return;
    locked += received.length;
    const { mine = [], others = [] } = Object.groupBy(received, ({ message }) =>
      wanted.delete(message.sequenceNumber) ? "mine" : "others",
    );
    others.forEach(heldBack.put);
    const results = await Promise.all(mine.map((held) => remove(held, removal, { settler, heldBack })));
    yield* results;
    // A fault of one message does not affect the others; any other failure would affect the next message, too.
    if (results.some(({ error }) => error && error.kind !== "usage")) return;
  }
}

/** Removed since the survey, or locked by another receiver: it counts as missed. */
function unlessNotFound(error: unknown): undefined {
  if (error instanceof Failure && error.code === "MessageNotFound") return undefined;
  throw error;
}

type RemovalTools = { readonly settler: Settler; readonly heldBack: HeldBack };

async function remove(
  held: LockedMessage,
  { where, journal, send }: RemovalTask,
  { settler, heldBack }: RemovalTools,
): Promise<RemovedMessage> {
  using _lock = renewLocksUntilDisposed(held);
  const { messageId, sequenceNumber } = held.message;
  const identity = { sequenceNumber: String(sequenceNumber), ...(messageId === undefined ? {} : { messageId }) };
  let copy: Partial<SentCopy>;
  try {
    const line = deadLetterLine(where, held.message);
    await journal.append(JSON.stringify(line));
    copy = send ? await send(line) : {};
  } catch (error) {
    // Abandoned only at the end, or it would be received again at once.
    heldBack.put(held);
    return { ...identity, error: failureRecord(expectedFailure(error)) };
  }
  const completion = Promise.withResolvers<unknown>();
  const watched = mapSettlement(held, async (_operation, call) =>
    completion.resolve(await call().catch((cause: unknown) => cause ?? new Error("not completed"))),
  );
  await settler.complete(watched);
  const error = await completion.promise;
  return error === undefined ? { ...identity, ...copy } : { ...identity, ...copy, error: stillThere(error, copy) };
}

function stillThere(cause: unknown, { resubmittedAs }: { readonly resubmittedAs?: string }): FailureRecord {
  const failure = expectedFailure(cause);
  return failureRecord(
    failure.with({
      message: `it is still a dead letter: ${failure.message}`,
      remedy: resubmittedAs ? "DeadLetterCopied" : "DeadLetterKept",
      cause,
    }),
  );
}
