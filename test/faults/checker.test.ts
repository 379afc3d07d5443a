import fc from "fast-check";
import { expect, test } from "vitest";
import { check, demand, type HistoryEvent } from "./checker.ts";
import { type Defect, defects, runPipeline } from "./defective-pipeline.ts";

/**
 * Up to 32 messages are redelivered after each kill or failure. The pipeline below is interrupted about fifty times.
 */
const expected = { minimum: 500, duplicatesAtMost: 60 };
const seeds = Array.from({ length: 20 }, (_, index) => index + 1);

test("a pipeline without defects passes under every seed, with kills at any time", () => {
  for (const seed of seeds) expect(check(runPipeline(seed), expected).problems).toEqual([]);
});

test.each(defects)("the checker finds this defect under every seed: %s", (defect: Defect) => {
  for (const seed of seeds) expect(check(runPipeline(seed, defect), expected).problems).not.toEqual([]);
});

test.each<[Defect, RegExp]>([
  ["complete before write", /settled before written/],
  ["ignore an error of the sink", /lost.*settled unwritten/],
  ["drop held messages on abort", /lost.*settled unwritten/],
  ["mix customers", /at another customer's/],
  ["flip a byte", /corrupted/],
  ["write everything twice", /duplicates/],
  ["invent messages", /unexpected/],
  ["stop early", /lost/],
])("the checker names the defect: %s", (defect, name) => {
  expect(check(runPipeline(7, defect), expected).problems.join("\n")).toMatch(name);
});

const message = { customer: "acme", id: "m", digest: "d" };
const attempted: HistoryEvent = { what: "attempted", ...message };
const acknowledged: HistoryEvent = { what: "acknowledged", customer: "acme", id: "m" };
const written: HistoryEvent = { what: "written", ...message };

test("an unacknowledged message may be lost, and counts as recovered when it arrives", () => {
  expect(check([attempted], { minimum: 0, duplicatesAtMost: 0 })).toMatchObject({ lost: [], problems: [] });
  const arrived = check([attempted, written], { minimum: 1, duplicatesAtMost: 0 });
  expect(arrived).toMatchObject({ recovered: ["m"], unexpected: [], problems: [] });
});

test("a run that processed too few messages fails, and so does a run that did not recover", () => {
  const all = [attempted, acknowledged, written];
  expect(check(all, { minimum: 2, duplicatesAtMost: 0 }).problems).toHaveLength(1);
  const healed = { after: 31_000, atMost: 30_000 };
  expect(check(all, { minimum: 1, duplicatesAtMost: 0, healed }).problems).toHaveLength(1);
});

test("the report says where a lost message is, and names the seed that reproduces it", () => {
  const failureOf = check([attempted, acknowledged], { minimum: 0, duplicatesAtMost: 0, left: new Set(["m"]) });
  expect(() => demand(failureOf, 42)).toThrow("seed 42: 1 lost: m still in the broker");
});

test("the checker detects a dropped, repeated or changed event in a good history", () => {
  const good = Array.from({ length: 30 }, (_, n) => ({
    customer: n % 2 ? "acme" : "fabrikam",
    id: `m${n}`,
    digest: `d${n}`,
  }));
  const history = good.flatMap((one): HistoryEvent[] => [
    { what: "attempted", ...one },
    { what: "acknowledged", customer: one.customer, id: one.id },
    { what: "written", ...one },
    { what: "settled", customer: one.customer, id: one.id },
  ]);
  const exact = { minimum: 30, duplicatesAtMost: 0 };
  expect(check(history, exact).problems).toEqual([]);
  fc.assert(
    fc.property(fc.nat(29), fc.constantFrom("drop", "repeat", "digest", "customer"), (which, how) => {
      let seen = -1;
      const mutated = history.flatMap((event): HistoryEvent[] => {
        if (event.what !== "written") return [event];
        seen += 1;
        if (seen !== which) return [event];
        if (how === "drop") return [];
        if (how === "repeat") return [event, event];
        return how === "digest" ? [{ ...event, digest: "other" }] : [{ ...event, customer: "tailspin" }];
      });
      expect(check(mutated, exact).problems).not.toEqual([]);
    }),
    { seed: 1, numRuns: 200 },
  );
});
