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

test.each([
  ["AADSTS70025: The client 'x'(y) has no configured federated identity credentials. Trace ID: z", "AADSTS70025"],
  ["invalid_client: 7000229 - Timestamp: 2026 - Description: AADSTS7000229: The client application x", "AADSTS7000229"],
  ["error: acme has not consented (AADSTS700016)\n  said  AADSTS700016: Application with identifier", "AADSTS700016"],
  ['{"error":{"kind":"timeout","code":"NoStatus","message":"no status"}}', "NoStatus"],
  ['(Code: "ScopeLocked") The scope cannot perform delete operation', "ScopeLocked"],
  [
    "The request was terminated because the namespace is being throttled. Error code : 50009. Please wait",
    "ServiceBusy",
  ],
  ["getaddrinfo ENOTFOUND acme-bus.servicebus.windows.net", "ENOTFOUND"],
  ["50009", "ServiceBusy"],
])("the code in a pasted message is found: %s", (text, code) => {
  expect(findCode(text)).toBe(code);
});

test("an unknown number of Entra in a message is not taken for another word of it", () => {
  expect(findCode("AADSTS9999999: ServiceUnavailable (ServiceBusy)")).toBeUndefined();
});
