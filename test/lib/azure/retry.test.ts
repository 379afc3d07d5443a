import { expect, test } from "vitest";
import { createRetry } from "../../../src/lib/azure/retry.ts";
import { Failure } from "../../../src/lib/errors/failure.ts";

const throttled = () => new Failure("ServiceBusy", "the namespace throttles");
const broken = () => new Failure("ConnectionFailed", "the connection broke");
const forbidden = () => new Failure("UnauthorizedAccess", "a role is missing");

/** A call that fails with these failures, one after the other, and then succeeds; it records when it was made. */
function failing(...failures: readonly Failure[]) {
  const left = [...failures];
  const at: number[] = [];
  const call = async () => {
    at.push(performance.now());
    const failure = left.shift();
    if (failure) throw failure;
    return "done";
  };
  return { at, call };
}

const pause = 60;
const pauses = { throttled: pause, otherwise: 5 };

test("after throttling no call over the link is made until the wait is over", async () => {
  const withRetry = createRetry(pauses);
  const [one, two] = [failing(throttled()), failing(throttled())];
  const first = withRetry(one.call);
  const second = withRetry(two.call);
  await expect.poll(() => one.at.length + two.at.length).toBe(2);
  const third = failing();
  await Promise.all([first, second, withRetry(third.call)]);

  const throttledAt = Math.max(one.at[0] ?? 0, two.at[0] ?? 0);
  for (const at of [one.at[1], two.at[1], third.at[0]]) expect((at ?? 0) - throttledAt).toBeGreaterThan(pause - 2);
});

test("a call that stays throttled fails after three attempts, one whose connection breaks after two", async () => {
  const withRetry = createRetry(pauses);
  const [busy, cut] = [failing(throttled(), throttled(), throttled()), failing(broken(), broken())];

  await expect(withRetry(busy.call)).rejects.toMatchObject({ code: "ServiceBusy" });
  await expect(withRetry(cut.call)).rejects.toMatchObject({ code: "ConnectionFailed" });
  expect([busy.at.length, cut.at.length]).toEqual([3, 2]);
});

test("a connection that broke once is retried, a missing role is reported at once", async () => {
  const withRetry = createRetry(pauses);
  const refused = failing(forbidden());

  expect(await withRetry(failing(broken()).call)).toBe("done");
  await expect(withRetry(refused.call)).rejects.toMatchObject({ code: "UnauthorizedAccess" });
  expect(refused.at).toHaveLength(1);
});
