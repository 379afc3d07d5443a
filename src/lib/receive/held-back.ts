import { Failure } from "../errors/failure.ts";
import type { LockedMessage } from "../ports/azure-services.ts";
import { renewLockUntilDisposed } from "./lock-renewal.ts";
import type { Settler } from "./settler.ts";

/**
 * Messages that are to stay in the queue and that had to be locked to get at those behind them. They stay locked until the
 * end and are given back once, so that one run counts one delivery of each, however long it takes.
 */
export type HeldBack = AsyncDisposable & {
  readonly size: number;
  put(held: LockedMessage): void;
};

/** The AMQP library holds 2,047 unsettled messages of a link at most, and then hears of no more (amqp/rhea#452). */
export const heldBackAtMost = 1_000;

export function openHeldBack({ settled, giveBack }: Settler): HeldBack {
  const held = new Map<LockedMessage, Disposable>();
  return {
    get size() {
      return held.size;
    },
    put: (one) => {
      held.set(one, renewLockUntilDisposed(one));
      if (held.size <= heldBackAtMost) return;
      throw new Failure("conflict", `more than ${heldBackAtMost} messages would have to be held back`, {
        code: "TooManyHeld",
        hint: "read the others first, or look only: --peek --where",
      });
    },
    [Symbol.asyncDispose]: async () => {
      await settled();
      for (const [one, lock] of held) {
        lock[Symbol.dispose]();
        await giveBack(one);
      }
    },
  };
}
