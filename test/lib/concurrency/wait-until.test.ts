import { describe, expect, test } from "vitest";
import { type WaitOptions, waitUntil } from "../../../src/lib/concurrency/wait-until.ts";
import { Failure } from "../../../src/lib/errors/failure.ts";

const patience = (changes: Partial<WaitOptions> = {}): WaitOptions => ({
  what: "acme's consent",
  milliseconds: 20_000,
  pending: "auth",
  signal: new AbortController().signal,
  ...changes,
});

const notYet = new Failure("AADSTS700016", "acme has not consented");

/** Attempts that fail like this, one after the other, and then succeed. */
function attempts(...failures: readonly unknown[]) {
  let made = 0;
  const attempt = async () => {
    made += 1;
    if (made <= failures.length) throw failures[made - 1];
    return "consented";
  };
  return { attempt, made: () => made };
}

describe("waiting", () => {
  test("ends at once when there is nothing to wait for", async () => {
    const { attempt, made } = attempts();

    expect(await waitUntil(attempt, patience({ milliseconds: 0 }))).toBe("consented");
    expect(made()).toBe(1);
  });

  test("repeats the attempt while its failure is temporary, and reports each failure before the next attempt", async () => {
    const { attempt, made } = attempts(notYet, notYet);
    const reported: [Failure, number][] = [];

    const result = await waitUntil(
      attempt,
      patience({ waiting: (failure, elapsed) => reported.push([failure, elapsed]) }),
    );

    expect(result).toBe("consented");
    expect(made()).toBe(3);
    expect(reported.map(([failure]) => failure)).toEqual([notYet, notYet]);
    expect(reported.every(([, elapsed]) => elapsed >= 0)).toBe(true);
  });

  test("does not repeat a permanent failure", async () => {
    const wrongTenant = new Failure("AADSTS90002", "no such tenant");
    const { attempt, made } = attempts(wrongTenant);

    await expect(waitUntil(attempt, patience())).rejects.toBe(wrongTenant);
    expect(made()).toBe(1);
  });

  test("does not repeat a failure of another kind, even one that may pass", async () => {
    const noRole = new Failure("UnauthorizedAccess", "no role yet");
    const { attempt, made } = attempts(noRole);

    await expect(waitUntil(attempt, patience())).rejects.toBe(noRole);
    expect(made()).toBe(1);
  });

  test("tolerates a short outage of a service, but not a long one", async () => {
    const away = new Failure("ServiceTimeout", "no network");

    expect(await waitUntil(attempts(away, notYet).attempt, patience())).toBe("consented");
    const { attempt, made } = attempts(away, away, away, away);
    await expect(waitUntil(attempt, patience())).rejects.toBe(away);
    expect(made()).toBe(3);
  });

  test("does not repeat a bug", async () => {
    const { attempt, made } = attempts(new TypeError("broken"));

    await expect(waitUntil(attempt, patience())).rejects.toMatchObject({ kind: "bug", message: "broken" });
    expect(made()).toBe(1);
  });
});

test("when time runs out, the failure is a timeout with the last failure's code, actor and remedy", async () => {
  const { attempt, made } = attempts(notYet, notYet);

  await expect(waitUntil(attempt, patience({ milliseconds: 100 }))).rejects.toMatchObject({
    kind: "timeout",
    code: "AADSTS700016",
    message: expect.stringMatching(/^timed out after .* waiting for acme's consent; last: acme has not consented$/),
    actor: "customer's administrator",
    retryable: true,
    cause: notYet,
  });
  expect(made()).toBe(1);
});

test("a stop ends the waiting, and no further attempt is made", async () => {
  const stop = new AbortController();
  const { attempt, made } = attempts(notYet, notYet);

  const waiting = waitUntil(attempt, patience({ signal: stop.signal, waiting: () => stop.abort("SIGINT") }));

  await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  expect(made()).toBe(1);
});
