import { expect, test } from "vitest";
import { createArrivals } from "../../../../src/lib/azure/service-bus/arrivals.ts";

type Item = { readonly number: number };

test("items are returned in order, whether they arrive before or after the consumer waits", async () => {
  const { put, next } = createArrivals<Item>();
  put({ number: 1 });
  put({ number: 2 });
  expect(await next()).toEqual([{ number: 1 }, { number: 2 }]);

  const third = next();
  put({ number: 3 });

  expect(await third).toEqual([{ number: 3 }]);
});

test("items that arrived before the end are still returned, later ones are not", async () => {
  const { put, end, next } = createArrivals<Item>();
  put({ number: 1 });
  end();
  put({ number: 2 });

  expect([await next(), await next(), await next()]).toEqual([[{ number: 1 }], undefined, undefined]);
});

test("an error is thrown before the items that arrived, wakes the consumer, and the first error counts", async () => {
  const { put, end, next } = createArrivals<Item>();
  const waiting = next();
  end(new Error("lost"));
  put({ number: 1 });
  end(new Error("later"));

  await expect(waiting).rejects.toThrow("lost");
  await expect(next()).rejects.toThrow("lost");
});
