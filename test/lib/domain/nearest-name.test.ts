import { expect, test } from "vitest";
import { didYouMean, nearestName } from "../../../src/lib/domain/nearest-name.ts";

const customers = ["acme", "fabrikam", "tailspin"];

test.each([
  ["acem", "acme"],
  ["acm", "acme"],
  ["fabricam", "fabrikam"],
  ["tialspni", "tailspin"],
  ["tailspin", "tailspin"],
])("%s is near to %s", (typed, meant) => {
  expect(nearestName(typed, customers)).toBe(meant);
});

test.each(["contoso", "zz", ""])("'%s' is near to none", (typed) => {
  expect(nearestName(typed, customers)).toBeUndefined();
  expect(didYouMean(typed, customers)).toBe("");
});

test("the nearest wins over the near", () => {
  expect(nearestName("acme-eu", ["acme-us", "acme-eu1"])).toBe("acme-eu1");
});
