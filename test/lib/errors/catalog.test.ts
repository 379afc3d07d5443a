import { expect, test } from "vitest";
import { catalogEntry, failureCodes, findCode, sourceOf } from "../../../src/lib/errors/catalog/catalog.ts";
import { failureKinds } from "../../../src/lib/errors/failure.ts";

test("every entry has a kind, and a cause that is part of one plain sentence without a command", () => {
  const wrong = failureCodes.filter((code) => {
    const { kind, cause } = catalogEntry(code);
    return !(kind in failureKinds) || !/^[^\n]{10,}[^.\s]$/.test(cause) || /xtenant [a-z]+ [{<]|--[a-z]+ </.test(cause);
  });

  expect(wrong.filter((code) => code !== "Bug")).toEqual([]);
});

test("no two parts of the catalog have the same code, not even in another case", () => {
  expect(new Set(failureCodes.map((code) => code.toLowerCase())).size).toBe(failureCodes.length);
  expect(failureCodes.length).toBeGreaterThan(200);
});

test.each(["AADSTS700016", "aadsts700016", "700016", " AADSTS700016 "])("'%s' is found as people type it", (text) => {
  expect(findCode(text)).toBe("AADSTS700016");
});

test("a code names where it comes from", () => {
  expect([sourceOf("AADSTS700016"), sourceOf("ServiceBusy"), sourceOf("NoStatus")]).toEqual([
    "Entra",
    "Service Bus",
    "xtenant",
  ]);
  expect(findCode("AADSTS700017")).toBeUndefined();
});
