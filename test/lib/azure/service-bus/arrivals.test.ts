import { expect, test } from "vitest";
import { createArrivals } from "../../../../src/lib/azure/service-bus/arrivals.ts";

type Item = { readonly number: number };

test("what arrives is handed out in order, before and after somebody waits for it", async () => {
  const { put, next } = createArrivals<Item>();
  put({ number: 1 });
  put({ number: 2 });
  expect(await next()).toEqual([{ number: 1 }, { number: 2 }]);

  const third = next();
  put({ number: 3 });

  expect(await third).toEqual([{ number: 3 }]);
});

test("what is there at the end is still handed out, and nothing that comes after it", async () => {
  const { put, end, next } = createArrivals<Item>();
  put({ number: 1 });
  end();
  put({ number: 2 });

  expect([await next(), await next(), await next()]).toEqual([[{ number: 1 }], undefined, undefined]);
});

test("an error comes before what is there, wakes who waits, and stays the first", async () => {
  const { put, end, next } = createArrivals<Item>();
  const waiting = next();
  end(new Error("lost"));
  put({ number: 1 });
  end(new Error("later"));

  await expect(waiting).rejects.toThrow("lost");
  await expect(next()).rejects.toThrow("lost");
});
