import { createHash } from "node:crypto";
import { Failure } from "../errors/failure.ts";
import type { Provenance } from "./customer.ts";
import { encodeBareMessage, encodeProperties, timesOf } from "./encode-bare-message.ts";
import type { Incoming, Outgoing } from "./message.ts";
import { longestId } from "./message-limits.ts";
import { type Draft, draftOf, type MessageLine, messageLine } from "./message-line.ts";
import { editedMessage, viewMessage } from "./message-view.ts";
import { omitUndefined } from "./omit-undefined.ts";

/** A dead letter in a journal: a message line with its place and the reason for dead-lettering. */
export type DeadLetterLine = MessageLine & {
  readonly customer: string;
  readonly queue: string;
  readonly sequenceNumber: string;
  readonly enqueuedAt: string;
  readonly deadLetterReason?: string;
  readonly deadLetterErrorDescription?: string;
};

/** The properties that the broker adds when it dead-letters a message (Service Bus dead-letter queues). */
const brokersOwn: ReadonlySet<string> = new Set(["DeadLetterReason", "DeadLetterErrorDescription"]);

/** The message as its sender sent it: a dead letter without the properties that the broker added. */
export const messageAsSent = (message: Incoming): Incoming =>
  message.deadLetterReason === undefined ? message : withoutBrokersProperties(message);

function withoutBrokersProperties(dead: Incoming): Incoming {
  const bare = editedMessage(dead.bare, { remove: brokersOwn });
  return { ...dead, ...viewMessage(bare), bare };
}

/** The message as its sender sent it, without the broker's properties and without a scheduled time in the past. */
export function deadLetterLine({ customer, queue }: Provenance, dead: Incoming): DeadLetterLine {
  const { sequenceNumber, enqueuedAt, deadLetterReason, deadLetterErrorDescription } = dead;
  return {
    customer,
    queue,
    sequenceNumber: String(sequenceNumber),
    enqueuedAt: enqueuedAt.toISOString(),
    ...omitUndefined({ deadLetterReason, deadLetterErrorDescription }),
    ...messageLine({ ...withoutBrokersProperties(dead), scheduledAt: undefined }),
  };
}

export type ResubmissionOptions = {
  readonly at: Date;
  readonly sameId: boolean;
  /** False to leave out the properties that name the original, when the copy would be too large with them. */
  readonly marks: boolean;
  /** Milliseconds; the copy gets it in place of the original's. */
  readonly timeToLive?: number;
};

/** The copy for the queue. It is read from the line, so that it is the same as what the journal would restore. */
export function resubmissionOf(line: DeadLetterLine, { at, sameId, marks, timeToLive }: ResubmissionOptions): Outgoing {
  const draft = readBack(line);
  const { messageId: original } = draft;
  const messageId = sameId && original ? original : copyId(original, line.sequenceNumber);
  const ours = {
    resubmittedAt: at,
    ...(original === undefined ? {} : { resubmittedFrom: original }),
    resubmittedSequence: line.sequenceNumber,
  };
  const bare = draft.bare ?? encodeBareMessage(draft, at);
  const edited = editedMessage(bare, {
    ...(messageId === original ? {} : { messageId }),
    ...(marks ? { set: encodeProperties(ours) } : {}),
    ...(timeToLive === undefined ? {} : { times: timesOf(timeToLive, at) ?? null }),
  });
  return { ...draft, messageId, bare: edited, ...omitUndefined({ timeToLive: timeToLive ?? draft.timeToLive }) };
}

function readBack(line: DeadLetterLine): Draft {
  try {
    return draftOf(line);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure("DeadLetterUnsendable", `the dead letter cannot be sent unchanged: ${why}`, { cause });
  }
}

/**
 * The id of the copy. It differs from the original's, because a queue that detects duplicates could drop it otherwise.
 * It is always the same for the same dead letter, so that a repetition is a duplicate.
 */
function copyId(original: string | undefined, sequenceNumber: string): string {
  const id = `${original || "dead-letter"}~${sequenceNumber}`;
  return id.length <= longestId ? id : createHash("sha256").update(id).digest("hex");
}
