import { expect, test } from "vitest";
import type { Inbox } from "../../../src/lib/cloud.ts";
import { Failure } from "../../../src/lib/failure.ts";
import { alive } from "../../../src/lib/messaging/alive.ts";
import { fakeInbox, heldMessage } from "../../fakes/inbox.ts";

const quick = { silenceMilliseconds: 20, answerMilliseconds: 30 };
const never = () => new Promise<never>(() => {});
const signal = new AbortController().signal;

/** A tail that gives one message and then is silent. */
const silent = (peek: Inbox["peek"]): Inbox => ({
  ...fakeInbox(0).inbox,
  peek,
  tail: async function* () {
    yield heldMessage(1, []);
    await never();
  },
});

test("a tail that is silent on a connection that answers nothing fails as dead", async () => {
  const arriving = alive(silent(never), signal, quick);

  expect((await arriving.next()).value?.message.sequenceNumber).toBe(1n);
  await expect(arriving.next()).rejects.toMatchObject({ kind: "unavailable", code: "NoAnswer" });
});

test("a queue that is silent and answers is asked again after each silence", async () => {
  const answered = Promise.withResolvers<void>();
  let asked = 0;
  const arriving = alive(
    silent(async () => {
      if (++asked === 3) answered.resolve();
      return [];
    }),
    signal,
    quick,
  );
  await arriving.next();
  const next = arriving.next();
  next.catch(() => {});

  await answered.promise;
  await expect(Promise.race([next, "still there"])).resolves.toBe("still there");
});

test("a namespace that throttles has answered", async () => {
  const asked = Promise.withResolvers<void>();
  let times = 0;
  const busy = new Failure("unavailable", "the namespace throttles", { code: "ServiceBusy" });
  const arriving = alive(
    silent(async () => {
      if (++times === 2) asked.resolve();
      throw busy;
    }),
    signal,
    quick,
  );
  await arriving.next();
  const next = arriving.next();
  next.catch(() => {});

  await asked.promise;
  await expect(Promise.race([next, "still there"])).resolves.toBe("still there");
});
