import { setTimeout as sleep } from "node:timers/promises";
import { pauseAfter } from "../concurrency/retry.ts";
import { type Customer, type Provenance, provenanceOf } from "../domain/customer.ts";
import { requireIdLengths } from "../domain/id-lengths.ts";
import type { Incoming } from "../domain/message.ts";
import { omitUndefined } from "../domain/omit-undefined.ts";
import { buildStatus, type HandlerResult } from "../domain/status-envelope.ts";
import { statusId } from "../domain/status-fields.ts";
import { asFailure } from "../errors/failure.ts";
import type { LockedMessage, Sender } from "../ports/azure-services.ts";
import { mapSettlement } from "../ports/map-settlement.ts";
import { renewLocksUntilDisposed } from "../receive/lock-renewal.ts";
import type { Settler } from "../receive/settler.ts";
import type { CommandHandler } from "./command-handler.ts";

type Attempt = Provenance & { readonly commandId: string; readonly attempt: number; readonly detail?: string };

export type AnsweredCommand = { readonly type: "responded" } & Attempt & {
    readonly messageId: string;
    readonly outcome: "succeeded" | "failed";
    /** False when the command's lock ended while it was handled: it will be delivered again. */
    readonly completed: boolean;
  };

/** A failed attempt that was not the last. */
export type ReturnedCommand = { readonly type: "returned" } & Attempt;

export type ResponderDependencies = {
  readonly customer: Customer;
  readonly handle: CommandHandler;
  readonly sender: Sender;
  readonly settler: Settler;
  readonly raw: boolean;
  /** From this delivery on, a failure is final. */
  readonly attempts: number;
  /** The pause before the second attempt. It doubles before each further one. */
  readonly pauseMilliseconds: number;
  /** Whether the command is received again after a failure that may pass. */
  readonly reconnects: boolean;
  readonly signal: AbortSignal;
};

const longestPause = 60_000;

/**
 * Handles one command, sends its status, and only then settles it. The broker's delivery count is the number of the attempt, so
 * an attempt that ended the whole process counts, too.
 */
export async function answerCommand(
  held: LockedMessage,
  responder: ResponderDependencies,
): Promise<AnsweredCommand | ReturnedCommand> {
  using lock = renewLocksUntilDisposed(held);
  try {
    requireStatusIds(held.message);
    const handled = await responder.handle(held.message);
    const failed = handled.outcome === "failed";
    // An interrupt of this process also ends the handler. It says nothing about the command.
    if (failed && (responder.signal.aborted || held.message.deliveryCount < responder.attempts))
      return await returnCommand(held, handled, responder);
    return await sendAnswer(held, handled, responder);
  } catch (error) {
    // The responder connects again and gets the command at once. Its status may fail again, and each time is a delivery.
    if (responder.reconnects && asFailure(error).retryable) await pauseBeforeReturn(held, responder);
    lock[Symbol.dispose]();
    await responder.settler.abandon(held);
    throw error;
  }
}

async function pauseBeforeReturn(
  { message }: LockedMessage,
  { pauseMilliseconds, signal }: ResponderDependencies,
): Promise<void> {
  const pause = pauseAfter(message.deliveryCount, { first: pauseMilliseconds, longest: longestPause });
  await sleep(pause, undefined, { signal }).catch(() => {});
}

/** Before the handler runs: a status that the queue would refuse could never be sent. */
function requireStatusIds(command: Incoming): void {
  const { replyToSessionId, sessionId } = command;
  requireIdLengths(omitUndefined({ messageId: statusId(command), sessionId: replyToSessionId ?? sessionId }));
}

async function returnCommand(
  held: LockedMessage,
  { detail }: HandlerResult,
  responder: ResponderDependencies,
): Promise<ReturnedCommand> {
  const { customer, settler } = responder;
  const { messageId, deliveryCount } = held.message;
  await pauseBeforeReturn(held, responder);
  await settler.abandon(held);
  return {
    type: "returned",
    ...provenanceOf(customer, "command"),
    commandId: messageId ?? "",
    attempt: deliveryCount,
    ...omitUndefined({ detail }),
  };
}

async function sendAnswer(
  held: LockedMessage,
  handled: HandlerResult,
  responder: ResponderDependencies,
): Promise<AnsweredCommand> {
  const { customer, settler } = responder;
  const { status, reported } = await sendStatus(held, handled, responder);
  const { outcome, detail } = reported;
  const completed = await settleCommand(held, reported, settler);
  return {
    type: "responded",
    ...provenanceOf(customer, "status"),
    commandId: held.message.messageId ?? "",
    messageId: status.messageId,
    outcome,
    attempt: held.message.deliveryCount,
    ...omitUndefined({ detail }),
    completed,
  };
}

type SentStatus = { readonly status: ReturnType<typeof buildStatus>; readonly reported: HandlerResult };

/**
 * The status of a command whose output no message can hold reports a failure, without the output. Without it the command would come
 * again, and hold up the commands behind it.
 */
async function sendStatus(
  { message }: LockedMessage,
  handled: HandlerResult,
  { sender, raw }: ResponderDependencies,
): Promise<SentStatus> {
  const send = async (reported: HandlerResult): Promise<SentStatus> => {
    const status = buildStatus(message, reported, { raw });
    await sender.send(status);
    return { status, reported };
  };
  try {
    return await send(handled);
  } catch (error) {
    if (asFailure(error).code !== "MessageSizeExceeded" || handled.output.length === 0) throw error;
    return send(withoutOutput(handled));
  }
}

function withoutOutput({ exitCode, output, detail, startedAt, finishedAt }: HandlerResult): HandlerResult {
  const tooLarge = `its output of ${output.length} bytes is larger than the status queue accepts`;
  return {
    outcome: "failed",
    exitCode,
    output: Buffer.alloc(0),
    detail: detail === undefined ? tooLarge : `${detail}; ${tooLarge}`,
    startedAt,
    finishedAt,
  };
}

/** False when the lock ended first: the status was sent, and the command will be delivered again. */
async function settleCommand(
  held: LockedMessage,
  { outcome, detail = "" }: HandlerResult,
  settler: Settler,
): Promise<boolean> {
  let done = false;
  const ended = Promise.withResolvers<void>();
  const watched = mapSettlement(held, async (_operation, call) => {
    try {
      await call();
      done = true;
    } finally {
      ended.resolve();
    }
  });
  if (outcome === "failed") {
    const description = `${detail}, at delivery ${held.message.deliveryCount}; its status says so, too`;
    await settler.deadLetter(watched, "HandlerFailed", description);
  } else {
    await settler.complete(watched);
    await ended.promise;
  }
  return done;
}
