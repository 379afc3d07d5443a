import { expect, test } from "vitest";
import { createBatchSizer } from "../../../src/lib/receive/batch-sizer.ts";
import { heldMessage } from "../../fakes/inbox.ts";

const batch = (size: number, bytes = 1) =>
  Array.from({ length: size }, (_, index) => {
    const held = heldMessage(index, []);
    return { ...held, message: { ...held.message, bare: Buffer.alloc(bytes) } };
  });

test("batches grow up to the maximum while they are full, small and processed quickly", () => {
  const appetite = createBatchSizer(50, 200);
  const sizes = [1, 2, 3, 4].map(() => {
    appetite.learn(batch(appetite.next()), 10);
    return appetite.next();
  });

  expect(sizes).toEqual([100, 200, 200, 200]);
});

test.each([
  ["processed slowly", batch(100), 5_000],
  ["heavy", batch(100, 100_000), 10],
])("a batch that was %s is followed by one of the first size", (_what, some, milliseconds) => {
  const appetite = createBatchSizer(50, 400);
  appetite.learn(batch(50), 10);
  appetite.learn(some, milliseconds);

  expect(appetite.next()).toBe(50);
});

test("a batch that the queue could not fill changes nothing", () => {
  const appetite = createBatchSizer(50, 400);
  appetite.learn(batch(3), 5_000);

  expect(appetite.next()).toBe(50);
});
