import { expect, test } from "vitest";
import { mapOrdered } from "../../../src/lib/concurrency/map-ordered.ts";

const turn = () => new Promise(setImmediate);

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = [];
  for await (const value of stream) seen.push(value);
  return seen;
}

test("results come in the items' order, whichever is ready first", async () => {
  const gates = [1, 2, 3].map(() => Promise.withResolvers<void>());
  const results = collect(
    mapOrdered([0, 1, 2], async (item) => {
      await gates[item]?.promise;
      return item * 10;
    }),
  );
  for (const index of [2, 0, 1]) {
    gates[index]?.resolve();
    await turn();
  }

  expect(await results).toEqual([0, 10, 20]);
});

test("no more than fifty are worked on at a time, and every one is in the end", async () => {
  let begun = 0;
  let atOnce = 0;
  let most = 0;
  const results = await collect(
    mapOrdered([...Array(120).keys()], async () => {
      begun += 1;
      atOnce += 1;
      most = Math.max(most, atOnce);
      await turn();
      atOnce -= 1;
    }),
  );

  expect(results).toHaveLength(120);
  expect(begun).toBe(120);
  expect(most).toBe(50);
});

test("no items are no results", async () => {
  expect(await collect(mapOrdered([], async () => "x"))).toEqual([]);
});

test("a failure comes in its turn, after the results before it", async () => {
  const seen: number[] = [];
  const all = async () => {
    for await (const item of mapOrdered([1, 2, 3], async (number) => {
      if (number === 2) throw new Error("refused");
      return number;
    }))
      seen.push(item);
  };

  await expect(all()).rejects.toThrow("refused");
  expect(seen).toEqual([1]);
});
