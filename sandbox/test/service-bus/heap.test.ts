import { expect, test } from "vitest";
import { createHeap } from "../../src/service-bus/timers/heap.ts";

/** A fixed sequence that looks random (linear congruential generator). */
function* scrambled(count: number) {
  for (let value = 7, index = 0; index < count; index++) {
    value = (value * 1103515245 + 12345) % 2 ** 31;
    yield value % 1000;
  }
}

test("the entries that remain after removals come out in order", () => {
  const heap = createHeap<number>();
  const entries = [...scrambled(600)].map((rank) => heap.add(rank, rank));
  const left = entries.filter((_, index) => index % 3 !== 0);
  for (const [index, entry] of entries.entries()) if (index % 3 === 0) heap.remove(entry);
  expect(heap.size).toBe(left.length);

  const drained: number[] = [];
  for (let first = heap.first(); first; first = heap.first()) {
    drained.push(first.item);
    heap.remove(first);
  }

  expect(drained).toEqual(left.map(({ rank }) => rank).sort((a, b) => a - b));
});

test("removing an entry twice takes nothing else out", () => {
  const heap = createHeap<string>();
  const first = heap.add(1, "first");
  heap.add(2, "second");
  heap.remove(first);
  heap.remove(first);

  expect(heap.first()?.item).toBe("second");
  expect(heap.size).toBe(1);
});
