import { describe, expect, test } from "vitest";
import { withTimeout } from "../../../src/lib/concurrency/timeout.ts";

const turn = () => new Promise(setImmediate);

describe("a call with a deadline", () => {
  test("that answers in time gives its answer", async () => {
    expect(await withTimeout("closing", 60_000, Promise.resolve("closed"))).toBe("closed");
  });

  test("that fails in time fails with its own error", async () => {
    const broken = new Error("broken");

    await expect(withTimeout("closing", 60_000, Promise.reject(broken))).rejects.toBe(broken);
  });

  test("that does not answer is a failure that may pass", async () => {
    await expect(withTimeout("closing", 5, new Promise(() => {}))).rejects.toMatchObject({
      kind: "unavailable",
      code: "NoAnswer",
      message: "closing did not answer within 0.005 s",
      retryable: true,
    });
  });

  test("that fails too late causes no unhandled rejection", async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", listen);
    const { promise: call, reject } = Promise.withResolvers<never>();

    await expect(withTimeout("closing", 5, call)).rejects.toMatchObject({ code: "NoAnswer" });
    reject(new Error("too late"));
    await turn();
    await turn();

    process.off("unhandledRejection", listen);
    expect(unhandled).toEqual([]);
  });
});
