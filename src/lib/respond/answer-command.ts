import { setTimeout as sleep } from "node:timers/promises";
import { type Customer, type Provenance, provenance } from "../domain/customer.ts";
import { defined } from "../domain/omit-undefined.ts";
import { type Handled, statusFor } from "../domain/status-envelope.ts";
import type { Held, Outbox } from "../ports/azure-services.ts";
import { keepLocked } from "../receive/lock-renewal.ts";
import type { Settlements } from "../receive/settler.ts";
import type { Handler } from "./command-handler.ts";

type Tried = Provenance & { readonly commandId: string; readonly attempt: number; readonly detail?: string };

export type Answered = { readonly type: "responded" } & Tried & {
    readonly messageId: string;
    readonly outcome: "succeeded" | "failed";
    /** False: the command's lock ended while it was handled, so that it will come again. */
    readonly completed: boolean;
  };

/** A try that failed, and was not the last. */
export type Returned = { readonly type: "returned" } & Tried;

export type Desk = {
  readonly customer: Customer;
  readonly handle: Handler;
  readonly outbox: Outbox;
  readonly settlements: Settlements;
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
export async function answer(held: Held, desk: Desk): Promise<Answered | Returned> {
  using lock = keepLocked(held);
  try {
    const handled = await desk.handle(held.message);
    const failed = handled.outcome === "failed";
    // Whoever interrupts us interrupts the handler: that says nothing about the command.
    if (failed && (desk.signal.aborted || held.message.deliveryCount < desk.attempts))
      return await returned(held, handled, desk);
    return await answered(held, handled, desk);
  } catch (error) {
    lock[Symbol.dispose]();
    await desk.settlements.giveBack(held);
    throw error;
  }
}

async function returned(held: Held, { detail }: Handled, desk: Desk): Promise<Returned> {
  const { customer, settlements, pauseMilliseconds, signal } = desk;
  const { messageId, deliveryCount } = held.message;
  const pause = Math.min(pauseMilliseconds * 2 ** (deliveryCount - 1), longestPause);
  await sleep(pause, undefined, { signal }).catch(() => {});
  await settlements.giveBack(held);
  return {
    type: "returned",
    ...provenance(customer, "command"),
    commandId: messageId ?? "",
    attempt: deliveryCount,
    ...defined({ detail }),
  };
}

async function answered(held: Held, handled: Handled, desk: Desk): Promise<Answered> {
  const { customer, outbox, settlements, raw } = desk;
  const { outcome, detail } = handled;
  const status = statusFor(held.message, handled, { raw });
  await outbox.send(status);
  const completed = await settled(held, handled, settlements);
  return {
    type: "responded",
    ...provenance(customer, "status"),
    commandId: held.message.messageId ?? "",
    messageId: status.messageId,
    outcome,
    attempt: held.message.deliveryCount,
    ...defined({ detail }),
    completed,
  };
}

/** False when the lock ended first: the status is out, and the command will be delivered once more. */
async function settled(held: Held, { outcome, detail = "" }: Handled, settlements: Settlements): Promise<boolean> {
  let done = false;
  const noting = (settle: () => Promise<void>) => async () => {
    await settle();
    done = true;
  };
  if (outcome === "failed") {
    const deadLetter: Held["deadLetter"] = (...why) => noting(() => held.deadLetter(...why))();
    const description = `${detail}, at delivery ${held.message.deliveryCount}; its status says so, too`;
    await settlements.deadLetter({ ...held, deadLetter }, "HandlerFailed", description);
  } else {
    const over = Promise.withResolvers<void>();
    const complete = () => noting(held.complete)().finally(over.resolve);
    await settlements.complete({ ...held, complete });
    await over.promise;
  }
  return done;
}
