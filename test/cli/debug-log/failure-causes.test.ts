import { expect, test } from "vitest";
import { failureEntry } from "../../../src/cli/debug-log/failure-causes.ts";
import { Failure } from "../../../src/lib/errors/failure.ts";

test("only fields without secrets are shown from the causes of a failure", () => {
  const socket = Object.assign(new Error("connect ECONNREFUSED"), {
    code: "ECONNREFUSED",
    syscall: "connect",
    port: 5671,
  });
  const request = { headers: { authorization: "Bearer canary" } };
  const rest = Object.assign(new Error("refused", { cause: socket }), { statusCode: 401, request, details: "canary" });
  const reported = failureEntry(new Failure("AADSTS700016", "acme has not consented", { cause: rest }));

  expect(reported).toMatchObject({
    kind: "auth",
    code: "AADSTS700016",
    causes: [
      { name: "Error", statusCode: 401, message: "refused" },
      { name: "Error", code: "ECONNREFUSED", syscall: "connect", port: 5671 },
    ],
  });
  expect(JSON.stringify(reported)).not.toContain("canary");
});

test("a syntax error quotes its input, so its message is left out", () => {
  const reported = failureEntry(
    new Failure("UsageInvalid", "not JSON", { cause: new SyntaxError("Unexpected 'canary'") }),
  );

  expect(JSON.stringify(reported)).not.toContain("canary");
  expect(reported.causes).toMatchObject([{ name: "SyntaxError" }]);
});

test("a circular chain of causes ends", () => {
  const error = new Error("round");
  error.cause = error;
  expect(failureEntry(new Failure("Bug", "round", { cause: error })).causes).toHaveLength(6);
});
