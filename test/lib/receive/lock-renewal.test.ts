import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { renewLocksUntilDisposed } from "../../../src/lib/receive/lock-renewal.ts";
import { heldMessage } from "../../fakes/inbox.ts";

const seconds = (count: number) => count * 1_000;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0) });
  onTestFinished(() => void vi.useRealTimers());
});

/** A message whose lock lasts this long from now on, and from each renewal. */
function lockedFor(number: number, milliseconds: number, asked: string[]) {
  let lockedUntil = new Date(Date.now() + milliseconds);
  return {
    ...heldMessage(number, asked),
    get lockedUntil() {
      return lockedUntil;
    },
    renewLock: async () => {
      asked.push(`renew ${number}`);
      lockedUntil = new Date(Date.now() + milliseconds);
    },
  };
}

test("all locks of a batch are renewed when half of the first is over, and then each for itself", async () => {
  const asked: string[] = [];
  using _renewal = renewLocksUntilDisposed(lockedFor(1, seconds(30), asked), lockedFor(2, seconds(10), asked));

  await vi.advanceTimersByTimeAsync(seconds(4));
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(seconds(2));
  expect(asked).toEqual(["renew 1", "renew 2"]);
  await vi.advanceTimersByTimeAsync(seconds(5));
  expect(asked).toEqual(["renew 1", "renew 2", "renew 2"]);
  await vi.advanceTimersByTimeAsync(seconds(10));
  expect(asked.filter((what) => what === "renew 1")).toHaveLength(2);
});

test("a renewal that fails is not repeated, and those of other messages are", async () => {
  const asked: string[] = [];
  const lost = {
    ...lockedFor(1, seconds(10), asked),
    renewLock: async () => {
      asked.push("renew 1");
      throw new Error("the lock is lost");
    },
  };
  using _renewal = renewLocksUntilDisposed(lost, lockedFor(2, seconds(10), asked));
  await vi.advanceTimersByTimeAsync(seconds(11));

  expect(asked).toEqual(["renew 1", "renew 2", "renew 2"]);
});

test("nothing is renewed after the disposal, nor planned by a renewal that was on its way", async () => {
  const asked: string[] = [];
  const answered = Promise.withResolvers<void>();
  const slow = { ...lockedFor(1, seconds(10), asked), renewLock: () => answered.promise };
  const renewals = [renewLocksUntilDisposed(lockedFor(2, seconds(10), asked)), renewLocksUntilDisposed(slow)];
  renewals[0]?.[Symbol.dispose]();
  await vi.advanceTimersByTimeAsync(seconds(6));
  renewals[1]?.[Symbol.dispose]();
  answered.resolve();
  await vi.advanceTimersByTimeAsync(0);

  expect(asked).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});
