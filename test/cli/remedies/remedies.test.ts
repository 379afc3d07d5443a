import { expect, test } from "vitest";
import { remedyOf, remedyText } from "../../../src/cli/remedies/remedies.ts";
import { catalogEntry, failureCodes } from "../../../src/lib/errors/catalog/catalog.ts";
import { Failure, type FailureParams } from "../../../src/lib/errors/failure.ts";

const params: Required<FailureParams> = {
  ...{ customer: "acme", tenant: "t1", namespace: "acme-bus", queue: "commands", claim: "Send", file: "a.json" },
  ...{ folder: "there", variable: "A_SECRET", name: "prod", kind: "secret", limit: "16", command: "xtenant send" },
};

test("every remedy is one line, and every placeholder in it and in the cause is a known parameter", () => {
  for (const code of failureCodes) {
    expect(remedyText(code)).toMatch(/^[^\n]*\w[^\n]*$/);
    const failure = new Failure(code, undefined, { params });
    expect([code, `${failure.message} ${remedyOf(failure)}`]).toEqual([
      code,
      expect.not.stringMatching(/[{}]|undefined/),
    ]);
  }
});

test("a remedy of another code applies where a failure names it", () => {
  const failure = new Failure("ServiceTimeout", "late", { remedy: "SendIncomplete" });

  expect(remedyOf(failure)).toBe(remedyText("SendIncomplete"));
});

test("only a failure that nobody can act on has nobody as its actor", () => {
  const byNobody = failureCodes.filter((code) => catalogEntry(code).actor === "nobody");

  expect(byNobody.filter((code) => /^(?:xtenant init|ask |correct )/.test(remedyText(code)))).toEqual([]);
});
