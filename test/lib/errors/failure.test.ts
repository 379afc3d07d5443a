import { describe, expect, test } from "vitest";
import { asFailure, Failure, failureKinds, failureRecord } from "../../../src/lib/errors/failure.ts";

test("every kind of failure has an exit code of its own, none of them 0", () => {
  const codes = Object.values(failureKinds).map(({ exitCode }) => exitCode);

  expect(new Set(codes).size).toBe(codes.length);
  expect(codes).not.toContain(0);
});

describe("a failure", () => {
  test("that says no more than its kind is the operator's, and is coded by its kind", () => {
    expect(failureRecord(new Failure("usage", "no"))).toEqual({
      kind: "usage",
      code: "usage",
      message: "no",
      actor: "operator",
      retryable: false,
    });
  });

  test.each(["unavailable", "timeout"] as const)("of the kind %s may be gone later", (kind) => {
    expect(new Failure(kind, "later").retryable).toBe(true);
    expect(new Failure(kind, "never", { retryable: false }).retryable).toBe(false);
  });

  test("as data carries the service's own words and the remedy, where there are any", () => {
    const failure = new Failure("auth", "no", { code: "AADSTS50020", detail: "said Entra", hint: "az login" });

    expect(failureRecord(failure)).toEqual({
      kind: "auth",
      code: "AADSTS50020",
      message: "no",
      detail: "said Entra",
      hint: "az login",
      actor: "operator",
      retryable: false,
    });
  });

  test("as data carries neither cause nor stack", () => {
    const record = failureRecord(new Failure("auth", "no", { cause: new Error("inner") }));

    expect(Object.keys(record)).toEqual(["kind", "code", "message", "actor", "retryable"]);
  });
});

describe("anything thrown becomes a failure", () => {
  test("one of ours stays the same object", () => {
    const failure = new Failure("conflict", "no");

    expect(asFailure(failure)).toBe(failure);
  });

  test.each([
    [new TypeError("broken"), "broken"],
    ["text", "text"],
    [undefined, "undefined"],
    [null, "null"],
  ])("%s is a bug, which nobody but us can mend", (thrown, message) => {
    expect(asFailure(thrown)).toMatchObject({ kind: "bug", message, actor: "nobody", exitCode: 1, cause: thrown });
  });
});

test("when closing fails after a failure, the first one is reported, unless one of them is a bug", async () => {
  const failing = async (error: Error, closing: Error) => {
    await using _connection = { [Symbol.asyncDispose]: () => Promise.reject(closing) };
    throw error;
  };
  const [gone, silent] = [new Failure("unavailable", "gone"), new Failure("unavailable", "no answer to the close")];

  const thrown = await failing(gone, silent).catch((error: unknown) => error);
  expect(asFailure(thrown)).toBe(gone);
  expect(asFailure(await failing(gone, new Error("oops")).catch((error: unknown) => error)).kind).toBe("bug");
  expect(asFailure(await failing(new Error("oops"), gone).catch((error: unknown) => error)).kind).toBe("bug");
});
