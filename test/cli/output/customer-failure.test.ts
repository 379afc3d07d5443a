import { expect, test } from "vitest";
import { customerFailureText } from "../../../src/cli/output/customer-failure.ts";
import { styleFor } from "../../../src/cli/output/style.ts";
import type { FailureRecord } from "../../../src/lib/errors/failure.ts";
import { output } from "../../fakes/output.ts";

const plain = styleFor(output(), {}, false);
const error: FailureRecord = {
  kind: "auth",
  code: "AADSTS700016",
  message: "acme has not consented (AADSTS700016)",
  params: { customer: "acme" },
  actor: "customer's administrator",
  retryable: true,
};

test("a customer that failed is named once, with the actor and the remedy", () => {
  expect(customerFailureText({ customer: "acme", error }, plain)).toBe(
    [
      "failed acme has not consented (AADSTS700016)",
      "  who   customer's administrator",
      "  next  xtenant onboard acme (after a new consent, wait a few minutes)",
    ].join("\n"),
  );
});

test("a failure is wrapped at word boundaries on a page, and its control characters are escaped", () => {
  const foreign = { ...error, message: "the queue said \u001b[2J and is gone", actor: "operator" } as const;
  expect(
    customerFailureText({ customer: "acme", error: foreign }, plain, { sign: "✗", page: { columns: 30, rows: 9 } }),
  ).toBe(
    [
      "✗ acme the queue said",
      "  \\u{1b}[2J and is gone",
      "  (AADSTS700016)",
      "  next  xtenant onboard acme",
      "        (after a new consent,",
      "        wait a few minutes)",
    ].join("\n"),
  );
});
