import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createTimedSemaphore } from "../../../src/lib/concurrency/timed-semaphore.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Five callers at the same time: those that hold a place, and how each releases it. */
async function five(places: number) {
  const opening = createTimedSemaphore({ places, milliseconds: 3_000 });
  const inside = new Map<number, Disposable>();
  for (let one = 1; one <= 5; one++) void opening().then((place) => inside.set(one, place));
  await vi.advanceTimersByTimeAsync(0);
  return { inside, leave: (one: number) => inside.get(one)?.[Symbol.dispose]() };
}

test("places are given in order; a place that is released twice is given once", async () => {
  const { inside, leave } = await five(2);
  expect([...inside.keys()]).toEqual([1, 2]);

  leave(1);
  leave(1);
  await vi.advanceTimersByTimeAsync(0);

  expect([...inside.keys()]).toEqual([1, 2, 3]);
});

test("a caller that hangs delays the others for a limited time only", async () => {
  const { inside, leave } = await five(2);

  await vi.advanceTimersByTimeAsync(3_000);
  expect([...inside.keys()]).toEqual([1, 2, 3, 4]);
  leave(1);
  await vi.advanceTimersByTimeAsync(0);

  expect([...inside.keys()]).toEqual([1, 2, 3, 4]);
});
