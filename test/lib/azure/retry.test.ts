import { expect, test } from "vitest";
import { withRetry } from "../../../src/lib/azure/retry.ts";
import { Failure } from "../../../src/lib/errors/failure.ts";

const place = { customer: "acme", tenant: "acme.example", namespace: "acme-bus.servicebus.windows.net" };
const busy = () => new Failure("unavailable", "the namespace throttles", { code: "ServiceBusy", retryable: true });
const broken = () => new Failure("unavailable", "the connection broke", { code: "ConnectionFailed", retryable: true });
const forbidden = () => new Failure("forbidden", "a role is missing", { code: "UnauthorizedAccess" });

/** A call that fails as told, one failure after the other, and then works; it notes when it was made. */
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

const quiet = 60;
const pauses = { quiet, short: 5 };

test("after a refusal that asks for quiet nothing is asked until it is over, not by calls side by side either", async () => {
  const again = withRetry(place, pauses);
  const [one, two] = [failing(busy()), failing(busy())];
  const first = again(one.call);
  const second = again(two.call);
  await expect.poll(() => one.at.length + two.at.length).toBe(2);
  const third = failing();
  await Promise.all([first, second, again(third.call)]);

  const told = Math.max(one.at[0] ?? 0, two.at[0] ?? 0);
  for (const at of [one.at[1], two.at[1], third.at[0]]) expect((at ?? 0) - told).toBeGreaterThan(quiet - 2);
});

test("what is throttled for longer fails with what the namespace said, and so does what is broken twice", async () => {
  const again = withRetry(place, pauses);
  const [throttled, cut] = [failing(busy(), busy(), busy()), failing(broken(), broken())];

  await expect(again(throttled.call)).rejects.toMatchObject({ code: "ServiceBusy" });
  await expect(again(cut.call)).rejects.toMatchObject({ code: "ConnectionFailed" });
  expect([throttled.at.length, cut.at.length]).toEqual([3, 2]);
});

test("a connection that broke once is not told, a missing role is told at once", async () => {
  const again = withRetry(place, pauses);
  const refused = failing(forbidden());

  expect(await again(failing(broken()).call)).toBe("done");
  await expect(again(refused.call)).rejects.toMatchObject({ code: "UnauthorizedAccess" });
  expect(refused.at).toHaveLength(1);
});
