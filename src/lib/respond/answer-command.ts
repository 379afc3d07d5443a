import { setTimeout as sleep } from "node:timers/promises";
import { type Customer, type Provenance, provenanceOf } from "../domain/customer.ts";
import { omitUndefined } from "../domain/omit-undefined.ts";
import { buildStatus, type HandlerResult } from "../domain/status-envelope.ts";
import type { LockedMessage, Sender } from "../ports/azure-services.ts";
import { mapSettlement } from "../ports/map-settlement.ts";
import { renewLockUntilDisposed } from "../receive/lock-renewal.ts";
import type { Settler } from "../receive/settler.ts";
import type { CommandHandler } from "./command-handler.ts";

type Tried = Provenance & { readonly commandId: string; readonly attempt: number; readonly detail?: string };

export type AnsweredCommand = { readonly type: "responded" } & Tried & {
    readonly messageId: string;
    readonly outcome: "succeeded" | "failed";
    /** False: the command's lock ended while it was handled, so that it will come again. */
    readonly completed: boolean;
  };

/** A try that failed, and was not the last. */
export type ReturnedCommand = { readonly type: "returned" } & Tried;

export type ResponderDependencies = {
  readonly customer: Customer;
  readonly handle: CommandHandler;
  readonly sender: Sender;
  readonly settler: Settler;
  readonly raw: boolean;
  /** From this delivery on a failure is final. */
  readonly attempts: number;
  /** Before the second try; twice as long before each further one. */
  readonly pauseMilliseconds: number;
  readonly signal: AbortSignal;
};

const longestPause = 60_000;

/**
 * One command: handled, its status sent, and only then settled. The broker's count of deliveries is the number of the try, so
 * that a try that took the whole process with it counts, too.
 */
export async function answerCommand(
  held: LockedMessage,
  desk: ResponderDependencies,
): Promise<AnsweredCommand | ReturnedCommand> {
  using lock = renewLockUntilDisposed(held);
  try {
    const handled = await desk.handle(held.message);
    const failed = handled.outcome === "failed";
    // Whoever interrupts us interrupts the handler: that says nothing about the command.
    if (failed && (desk.signal.aborted || held.message.deliveryCount < desk.attempts))
      return await returned(held, handled, desk);
    return await answered(held, handled, desk);
  } catch (error) {
    lock[Symbol.dispose]();
    await desk.settler.abandon(held);
    throw error;
  }
}

async function returned(
  held: LockedMessage,
  { detail }: HandlerResult,
  desk: ResponderDependencies,
): Promise<ReturnedCommand> {
  const { customer, settler, pauseMilliseconds, signal } = desk;
  const { messageId, deliveryCount } = held.message;
  const pause = Math.min(pauseMilliseconds * 2 ** (deliveryCount - 1), longestPause);
  await sleep(pause, undefined, { signal }).catch(() => {});
  await settler.abandon(held);
  return {
    type: "returned",
    ...provenanceOf(customer, "command"),
    commandId: messageId ?? "",
    attempt: deliveryCount,
    ...omitUndefined({ detail }),
  };
}

async function answered(
  held: LockedMessage,
  handled: HandlerResult,
  desk: ResponderDependencies,
): Promise<AnsweredCommand> {
  const { customer, sender, settler, raw } = desk;
  const { outcome, detail } = handled;
  const status = buildStatus(held.message, handled, { raw });
  await sender.send(status);
  const completed = await settled(held, handled, settler);
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

/** False when the lock ended first: the status is out, and the command will be delivered once more. */
async function settled(
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
