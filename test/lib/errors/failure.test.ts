import { describe, expect, test } from "vitest";
import { asFailure, Failure, failureFromRecord, failureKinds, failureRecord } from "../../../src/lib/errors/failure.ts";

test("every kind of failure has an exit code of its own, none of them 0", () => {
  const codes = Object.values(failureKinds).map(({ exitCode }) => exitCode);

  expect(new Set(codes).size).toBe(codes.length);
  expect(codes).not.toContain(0);
});

describe("a failure", () => {
  test("takes its kind, its actor and whether to retry from the catalog", () => {
    expect(failureRecord(new Failure("PrincipalNotFound", "not yet"))).toEqual({
      kind: "unavailable",
      code: "PrincipalNotFound",
      message: "not yet",
      actor: "nobody",
      retryable: true,
    });
  });

  test("without a message says the catalog's cause, with its parameters filled in", () => {
    const params = { customer: "acme", tenant: "t1" };

    expect(new Failure("ServicePrincipalMissing", undefined, { params }).message).toBe(
      "acme has not consented: tenant t1 has no service principal of the provider's app",
    );
    expect(new Failure("ResponderMissing").message).toBe("the config has no responder for <customer>");
  });

  test("as data carries the service's own code and words, and what its remedy needs", () => {
    const options = { detail: "said Entra", serviceCode: "AADSTS1", params: { tenant: "t1" }, kind: "auth" } as const;

    expect(failureRecord(new Failure("UnknownAzureCode", "no", options))).toEqual({
      kind: "auth",
      code: "UnknownAzureCode",
      serviceCode: "AADSTS1",
      message: "no",
      detail: "said Entra",
      params: { tenant: "t1" },
      actor: "operator",
      retryable: false,
    });
  });

  test("as data carries neither cause nor stack", () => {
    const record = failureRecord(new Failure("CredentialMissing", "no", { cause: new Error("inner") }));

    expect(Object.keys(record)).toEqual(["kind", "code", "message", "actor", "retryable"]);
  });

  test("comes back from its record as it was", () => {
    const failure = new Failure("ServiceTimeout", "late", { kind: "partial", remedy: "SendIncomplete" });

    expect(failureRecord(failureFromRecord(failureRecord(failure)))).toEqual(failureRecord(failure));
  });
});

describe("a copy of a failure", () => {
  const cause = new Error("inner");
  const failure = new Failure("AADSTS700016", "no", { detail: "said Entra", params: { customer: "acme" }, cause });

  test("has all fields that were not changed", () => {
    const copy = failure.with({ message: "timed out", kind: "timeout" });

    expect(copy).toMatchObject({ ...failureRecord(failure), kind: "timeout", message: "timed out" });
    expect(copy.cause).toBe(cause);
  });

  test("under another code has that code's kind, actor and remedy, and keeps the service's words", () => {
    expect(failureRecord(failure.with({ code: "ServiceBusy", serviceCode: "AADSTS700016" }))).toEqual({
      kind: "unavailable",
      code: "ServiceBusy",
      serviceCode: "AADSTS700016",
      message: "no",
      detail: "said Entra",
      params: { customer: "acme" },
      actor: "nobody",
      retryable: true,
    });
  });
});

describe("anything thrown becomes a failure", () => {
  test("one of ours stays the same object", () => {
    const failure = new Failure("CustomerExists", "no");

    expect(asFailure(failure)).toBe(failure);
  });

  test.each([
    [new TypeError("broken"), "broken"],
    ["text", "text"],
    [undefined, "undefined"],
    [null, "null"],
  ])("%s is a bug", (thrown, message) => {
    expect(asFailure(thrown)).toMatchObject({ kind: "bug", message, actor: "nobody", exitCode: 1, cause: thrown });
  });
});

test("when closing fails after a failure, the first one is reported, unless one of them is a bug", async () => {
  const failing = async (error: Error, closing: Error) => {
    await using _connection = { [Symbol.asyncDispose]: () => Promise.reject(closing) };
    throw error;
  };
  const [gone, silent] = [
    new Failure("ServiceTimeout", "gone"),
    new Failure("ServiceTimeout", "no answer to the close"),
  ];

  const thrown = await failing(gone, silent).catch((error: unknown) => error);
  expect(asFailure(thrown)).toBe(gone);
  expect(asFailure(await failing(gone, new Error("oops")).catch((error: unknown) => error)).kind).toBe("bug");
  expect(asFailure(await failing(new Error("oops"), gone).catch((error: unknown) => error)).kind).toBe("bug");
});
