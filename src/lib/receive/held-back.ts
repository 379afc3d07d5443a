import { Failure } from "../errors/failure.ts";
import type { LockedMessage } from "../ports/azure-services.ts";
import { renewLocksUntilDisposed } from "./lock-renewal.ts";
import type { Settler } from "./settler.ts";

/**
 * Messages that stay in the queue, but had to be locked to reach those behind them. They stay locked until the end and are
 * abandoned once, so that one run counts one delivery of each, however long it takes.
 */
export type HeldBack = AsyncDisposable & {
  readonly size: number;
  has(sequenceNumber: bigint): boolean;
  put(locked: LockedMessage): void;
};

/** The AMQP library tracks 2,047 unsettled messages of a link, and receives no more after that (amqp/rhea#452). */
export const heldBackAtMost = 1_000;

export function openHeldBack({ settled, abandon }: Pick<Settler, "settled" | "abandon">): HeldBack {
  const held = new Map<LockedMessage, Disposable>();
  const numbers = new Set<bigint>();
  return {
    get size() {
      return held.size;
    },
    has: (sequenceNumber) => numbers.has(sequenceNumber),
    put: (locked) => {
      numbers.add(locked.message.sequenceNumber);
      held.set(locked, renewLocksUntilDisposed(locked));
      if (held.size <= heldBackAtMost) return;
      throw new Failure("TooManyHeldBack", `more than ${heldBackAtMost} messages would have to be held back`);
    },
    [Symbol.asyncDispose]: async () => {
      await settled();
      for (const [locked, renewal] of held) {
        renewal[Symbol.dispose]();
        await abandon(locked);
      }
    },
  };
}
