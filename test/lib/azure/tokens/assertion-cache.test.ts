import { expect, test } from "vitest";
import { cacheAssertion } from "../../../../src/lib/azure/tokens/assertion-cache.ts";
import { jwt, minutes } from "../../../fakes/credential.ts";

const assertion = (lifetimeMilliseconds: number) =>
  jwt({ exp: Math.floor((Date.now() + lifetimeMilliseconds) / 1000) });

/** A source of assertions: each is given once, and the last one from then on. */
function source(...assertions: readonly (string | Error)[]) {
  let asked = 0;
  const get = cacheAssertion(async () => {
    const next = assertions[Math.min(asked, assertions.length - 1)] ?? "";
    asked += 1;
    if (next instanceof Error) throw next;
    return next;
  });
  return { get, asked: () => asked };
}

test("concurrent callers share one request, and later callers its answer", async () => {
  const text = assertion(10 * minutes);
  const { get, asked } = source(text);

  expect(await Promise.all([get(), get(), get()])).toEqual([text, text, text]);
  expect(await get()).toBe(text);
  expect(asked()).toBe(1);
});

test("an assertion in its last minute is requested again", async () => {
  const [old, fresh] = [assertion(0.5 * minutes), assertion(10 * minutes)];
  const { get, asked } = source(old, fresh);

  expect(await get()).toBe(old);
  expect(await get()).toBe(fresh);
  expect(await get()).toBe(fresh);
  expect(asked()).toBe(2);
});

test.each(["opaque", jwt({}), jwt({ exp: "soon" })])(
  "an assertion without an end is requested each time: %s",
  async (text) => {
    const { get, asked } = source(text);

    for (const _ of [1, 2]) expect(await get()).toBe(text);
    expect(asked()).toBe(2);
  },
);

test("a failure is reported to every caller, and is not cached", async () => {
  const text = assertion(10 * minutes);
  const { get, asked } = source(new Error("no identity here"), text);

  const both = await Promise.allSettled([get(), get()]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(asked()).toBe(1);

  expect(await get()).toBe(text);
});
