import { describe, expect, test } from "vitest";
import {
  type Check,
  checkNames,
  checksOf,
  failed,
  type Probe,
  passed,
  runChecks,
  skipped,
} from "../../../src/lib/domain/onboarding-checks.ts";
import { Failure, type FailureCode } from "../../../src/lib/errors/failure.ts";

const outcomes = (checks: readonly Check[]) => checks.map(({ check, outcome }) => `${check}: ${outcome}`);
const failure = (code: FailureCode) => new Failure(code, "refused");
const probe = (code?: FailureCode): Probe => ({
  queueCheck: "command queue",
  claimCheck: "Send claim",
  queue: "commands",
  failure: code === undefined ? undefined : failure(code),
});

describe("opening a link", () => {
  test.each([
    [undefined, "passed", "passed", "passed"],
    ["UnauthorizedAccess", "passed", "skipped", "failed"],
    ["MessagingEntityNotFound", "passed", "failed", "skipped"],
    ["MessagingEntityDisabled", "passed", "failed", "skipped"],
    ["InvalidIssuer", "failed", "skipped", "skipped"],
    ["IpNotAllowed", "failed", "skipped", "skipped"],
    ["GeneralError", "failed", "skipped", "skipped"],
    ["ENOTFOUND", "failed", "skipped", "skipped"],
  ] as const)("that ends with %s says connection %s, queue %s, claim %s", (code, connection, queue, claim) => {
    expect(outcomes(checksOf(probe(code)))).toEqual([
      `connection: ${connection}`,
      `command queue: ${queue}`,
      `Send claim: ${claim}`,
    ]);
  });
});

test("a failed check carries its failure as data", () => {
  expect(failed("token", new Failure("AADSTS700016", "no consent"))).toEqual({
    check: "token",
    outcome: "failed",
    detail: "no consent",
    error: {
      kind: "auth",
      code: "AADSTS700016",
      message: "no consent",
      actor: "customer's administrator",
      retryable: true,
    },
  });
});

describe("the checks of a chain", () => {
  test("come in the chain's order, each once, whatever was seen first", () => {
    const seen = [passed("Send claim", "on commands"), passed("token", "ok"), passed("config", "ok")];

    expect(runChecks(seen).map(({ check }) => check)).toEqual(checkNames);
  });

  test("that never ran are skipped, not passed", () => {
    expect(runChecks([]).every(({ outcome }) => outcome === "skipped")).toBe(true);
  });

  test.each([
    [
      "a failure says more than a pass",
      [passed("connection", "ok"), failed("connection", failure("ServiceBusy"))],
      "failed",
    ],
    ["whichever came first", [failed("connection", failure("ServiceBusy")), passed("connection", "ok")], "failed"],
    ["a pass says more than a skip", [skipped("connection"), passed("connection", "ok")], "passed"],
    ["a skip stays a skip", [skipped("connection")], "skipped"],
  ])("seen twice are reported once: %s", (_, seen, outcome) => {
    const connections = runChecks(seen).filter(({ check }) => check === "connection");

    expect(connections.map((check) => check.outcome)).toEqual([outcome]);
  });
});
