import { expect, test } from "vitest";
import { defaultQueueSettings, type QueueSettings } from "../../src/model.ts";
import { createQueueStore } from "../../src/service-bus/queues/queue-store.ts";
import type { NewMessage, StoredMessage } from "../../src/service-bus/queues/stored-message.ts";
import type { SubQueue } from "../../src/service-bus/queues/sub-queue.ts";
import { createFakeClock } from "./fake-clock.ts";

function setUp(changed: Partial<QueueSettings> = {}) {
  const clock = createFakeClock();
  let settings = { ...defaultQueueSettings, lockDuration: 1000, ...changed };
  const store = createQueueStore<string>({ clock, settings: () => settings });
  return {
    clock,
    store,
    change: (more: Partial<QueueSettings>) => {
      settings = { ...settings, ...more };
    },
    send: (...payloads: readonly string[]) => store.enqueue(payloads.map((payload) => message(payload))),
  };
}

const message = (payload: string, more: Partial<NewMessage<string>> = {}): NewMessage<string> => ({
  payload,
  sizeBytes: payload.length,
  timeToLive: undefined,
  scheduledFor: undefined,
  sessionId: undefined,
  messageId: undefined,
  ...more,
});

/** A consumer that takes what it is asked to take, no more. */
function consume(queue: SubQueue<string>, mode: "peekLock" | "receiveAndDelete" = "peekLock") {
  const received: StoredMessage<string>[] = [];
  let credit = 0;
  const stop = queue.addConsumer({
    mode,
    wantsMore: () => credit > 0,
    deliver(delivered) {
      credit--;
      received.push(delivered);
    },
  });
  return {
    received,
    stop,
    ask(count: number) {
      credit += count;
      queue.serve();
    },
  };
}

function take(queue: SubQueue<string>, mode?: "peekLock" | "receiveAndDelete") {
  const { received, ask, stop } = consume(queue, mode);
  ask(1);
  stop();
  const [delivered] = received;
  if (!delivered) throw new Error("no message was waiting");
  return { ...delivered, token: delivered.lock?.token ?? "none" };
}

const payloads = (messages: readonly StoredMessage<string>[]) => messages.map(({ payload }) => payload);

test("messages are delivered in the order in which they were enqueued, with rising sequence numbers", () => {
  const { store, send } = setUp();
  expect(send("a", "b")).toEqual([1, 2]);
  expect(send("c")).toEqual([3]);

  const { received, ask } = consume(store.messages);
  ask(3);

  expect(received.map(({ payload, sequenceNumber }) => [payload, sequenceNumber])).toEqual([
    ["a", 1],
    ["b", 2],
    ["c", 3],
  ]);
});

test("a consumer never gets more than it asked for, and is woken when a message comes", () => {
  const { store, send } = setUp();
  const { received, ask } = consume(store.messages);
  ask(2);
  expect(received).toEqual([]);

  send("a", "b", "c");

  expect(payloads(received)).toEqual(["a", "b"]);
  expect(store.counts().active).toBe(3);
});

test("competing consumers are served in turn", () => {
  const { store, send } = setUp();
  const first = consume(store.messages);
  const second = consume(store.messages);
  first.ask(10);
  second.ask(10);

  send("a", "b", "c", "d");

  expect(payloads(first.received)).toEqual(["a", "c"]);
  expect(payloads(second.received)).toEqual(["b", "d"]);
});

test("a consumer that stopped gets nothing any more", () => {
  const { store, send } = setUp();
  const { received, ask, stop } = consume(store.messages);
  ask(1);
  stop();

  send("a");

  expect(received).toEqual([]);
});

test("a completed message is gone; completing it again finds the lock lost", () => {
  const { store, send } = setUp();
  send("a");
  const { token } = take(store.messages);

  expect(store.messages.complete(token)).toBe("done");

  expect(store.messages.complete(token)).toBe("lockLost");
  expect(store.counts()).toEqual({ active: 0, deadLetter: 0, transferDeadLetter: 0, scheduled: 0, sizeBytes: 0 });
});

test("receive and delete takes the message out at once", () => {
  const { store, send } = setUp();
  send("a");

  expect(take(store.messages, "receiveAndDelete").lock).toBeUndefined();

  expect(store.counts().active).toBe(0);
});

test("an abandoned message comes back in its old place, with one more failed delivery", () => {
  const { store, send } = setUp();
  send("a", "b");
  const { token, deliveryCount } = take(store.messages);
  expect(deliveryCount).toBe(0);

  store.messages.abandon(token, (payload) => `${payload}, changed`);

  expect(take(store.messages)).toMatchObject({ payload: "a, changed", deliveryCount: 1, sequenceNumber: 1 });
});

test("a released message comes back as if it had not been delivered", () => {
  const { store, send } = setUp();
  send("a");

  expect(store.messages.release(take(store.messages).token)).toBe("done");

  expect(take(store.messages)).toMatchObject({ payload: "a", deliveryCount: 0 });
});

test("after the last allowed delivery a message is dead-lettered", () => {
  const { store, send } = setUp({ maxDeliveryCount: 2 });
  send("a");
  store.messages.abandon(take(store.messages).token);
  expect(store.counts().deadLetter).toBe(0);

  store.messages.abandon(take(store.messages).token);

  expect(store.counts()).toMatchObject({ active: 0, deadLetter: 1 });
  expect(take(store.deadLetters)).toMatchObject({
    payload: "a",
    deliveryCount: 2,
    deadLetter: {
      reason: "MaxDeliveryCountExceeded",
      description: "Message could not be consumed after 2 delivery attempts.",
    },
  });
});

test("a lock that runs out gives the message to the next consumer and counts as a failed delivery", () => {
  const { clock, store, send } = setUp();
  send("a");
  const late = take(store.messages);
  const { received, ask } = consume(store.messages);
  ask(1);

  clock.advance(999);
  expect(received).toEqual([]);
  clock.advance(1);

  expect(received).toMatchObject([{ payload: "a", deliveryCount: 1 }]);
  expect(store.messages.complete(late.token)).toBe("lockLost");
  expect(store.counts().active).toBe(1);
});

test("a lock is over at its time even when the timer is late", () => {
  const { clock, store, send } = setUp();
  send("a");
  const { token, lock } = take(store.messages);
  expect(lock?.until).toBe(clock.now() + 1000);

  clock.skip(1000);

  expect(store.messages.complete(token)).toBe("lockLost");
});

test("after a late timer, the waiting consumer gets the message, whichever call comes first", () => {
  for (const look of ["peek", "renew", "complete", "receiveDeferred", "cancelScheduled"] as const) {
    const { clock, store, send } = setUp();
    send("a");
    const { token } = take(store.messages);
    const { received, ask } = consume(store.messages);
    ask(1);
    clock.skip(1000);

    if (look === "peek") store.messages.peek(1, 1);
    else if (look === "renew" || look === "complete") store.messages[look](token);
    else if (look === "receiveDeferred") store.messages.receiveDeferred([1], "peekLock");
    else store.messages.cancelScheduled([1]);

    expect(payloads(received)).toEqual(["a"]);
  }
});

test("locks that run out again and again dead-letter the message", () => {
  const { clock, store, send } = setUp({ maxDeliveryCount: 3 });
  send("a");
  consume(store.messages).ask(3);

  clock.advance(3000);

  expect(store.counts()).toMatchObject({ active: 0, deadLetter: 1 });
});

test("renewing keeps the lock for another lock duration", () => {
  const { clock, store, send } = setUp();
  send("a");
  const { token } = take(store.messages);
  clock.advance(800);

  expect(store.messages.renew(token)).toEqual({ token, until: clock.now() + 1000 });
  clock.advance(999);

  expect(store.messages.complete(token)).toBe("done");
  expect(store.messages.renew(token)).toBeUndefined();
});

test("dead-lettering keeps reason, description and sequence number", () => {
  const { store, send } = setUp();
  send("a", "b");
  take(store.messages);
  const { token } = take(store.messages);

  store.messages.deadLetter(token, { reason: "BadJson", description: "line 1" });

  const dead = take(store.deadLetters);
  expect(dead).toMatchObject({
    payload: "b",
    sequenceNumber: 2,
    deadLetter: { reason: "BadJson", description: "line 1" },
  });
  expect(store.deadLetters.deadLetter(dead.token, dead.deadLetter ?? never())).toBe("notAllowed");
  expect(store.deadLetters.complete(dead.token)).toBe("done");
});

// azure-sdk-for-js batchReceiver.spec.ts, azure-sdk-for-go messageSettler_test.go
test("abandoning or deferring a dead letter, and losing its lock, counts no delivery", () => {
  const { clock, store, send } = setUp({ maxDeliveryCount: 1 });
  send("a");
  store.messages.abandon(take(store.messages).token);

  for (let round = 0; round < 5; round++) store.deadLetters.abandon(take(store.deadLetters).token);
  expect(take(store.deadLetters).deliveryCount).toBe(1);
  clock.advance(1000);
  const dead = take(store.deadLetters);
  expect(dead.deliveryCount).toBe(1);

  store.deadLetters.defer(dead.token);

  expect(store.deadLetters.receiveDeferred([1], "receiveAndDelete")).toMatchObject([{ deliveryCount: 1 }]);
});

test("a deferred message is only received by its sequence number", () => {
  const { store, send } = setUp();
  send("a", "b");
  store.messages.defer(take(store.messages).token, (payload) => `${payload}, changed`);
  expect(take(store.messages).payload).toBe("b");

  const received = store.messages.receiveDeferred([1], "peekLock") ?? never();

  expect(received).toMatchObject([{ payload: "a, changed", state: "deferred", sequenceNumber: 1 }]);
  expect(store.messages.receiveDeferred([1], "peekLock")).toBeUndefined();
  expect(store.messages.complete(received[0]?.lock?.token ?? never())).toBe("done");
});

// azure-sdk-for-js deferredMessage.spec.ts
test("deferring counts a delivery, and an abandoned deferred message stays deferred", () => {
  const { store, send } = setUp();
  send("a");
  store.messages.defer(take(store.messages).token);
  const [received] = store.messages.receiveDeferred([1], "peekLock") ?? never();
  expect(received?.deliveryCount).toBe(1);

  store.messages.abandon(received?.lock?.token ?? never());

  const waiting = consume(store.messages);
  waiting.ask(1);
  expect(waiting.received).toEqual([]);
  expect(store.messages.receiveDeferred([1], "receiveAndDelete")).toMatchObject([{ deliveryCount: 2 }]);
  expect(store.counts().active).toBe(0);
});

// azure-sdk-for-js deferredMessage.spec.ts
test("a deferred message that is deferred again counts two deliveries, and keeps its count when it is dead-lettered", () => {
  const { store, send } = setUp();
  send("a");
  store.messages.defer(take(store.messages).token);
  const tokenOf = () => store.messages.receiveDeferred([1], "peekLock")?.[0]?.lock?.token ?? never();
  store.messages.defer(tokenOf());
  expect(store.messages.peek(1, 1)).toMatchObject([{ state: "deferred", deliveryCount: 2 }]);

  store.messages.deadLetter(tokenOf(), { reason: undefined, description: undefined });

  expect(take(store.deadLetters)).toMatchObject({ state: "active", deliveryCount: 2 });
});

test("only deferred messages are received by sequence number, and only all of them together", () => {
  const { store, send } = setUp();
  send("a", "b");
  store.messages.defer(take(store.messages).token);

  expect(store.messages.receiveDeferred([1, 2], "peekLock")).toBeUndefined();
  expect(store.messages.receiveDeferred([7], "peekLock")).toBeUndefined();

  expect(store.messages.receiveDeferred([1, 1], "peekLock")).toHaveLength(1);
});

test("an expired message is dropped, or dead-lettered when the queue says so", () => {
  const dropping = setUp();
  const keeping = setUp({ deadLetterOnExpiration: true });
  for (const { store, clock } of [dropping, keeping]) {
    store.enqueue([message("a", { timeToLive: 500 })]);
    clock.advance(500);
  }

  expect(dropping.store.counts()).toMatchObject({ active: 0, deadLetter: 0, sizeBytes: 0 });
  expect(take(keeping.store.deadLetters).deadLetter).toEqual({
    reason: "TTLExpiredException",
    description: "The message expired and was dead lettered.",
  });
});

test("the queue's default time to live caps the message's", () => {
  const { clock, store } = setUp({ defaultTimeToLive: 300 });
  store.enqueue([message("long", { timeToLive: 9000 }), message("short", { timeToLive: 100 }), message("none")]);

  clock.advance(100);
  expect(payloads(store.messages.peek(1, 9))).toEqual(["long", "none"]);
  clock.advance(200);

  expect(store.messages.peek(1, 9)).toEqual([]);
});

test("a locked message outlives its time to live, and expires when the lock comes to nothing", () => {
  const { clock, store } = setUp();
  store.enqueue([message("kept", { timeToLive: 500 }), message("lost", { timeToLive: 500 })]);
  const kept = take(store.messages);
  take(store.messages);
  clock.advance(900);

  expect(store.messages.complete(kept.token)).toBe("done");
  expect(store.counts().active).toBe(1);
  clock.advance(100);

  expect(store.counts().active).toBe(0);
});

test("a scheduled message can be peeked, not received, until its time; then it has a new sequence number", () => {
  const { clock, store, send } = setUp();
  store.enqueue([message("later", { scheduledFor: clock.now() + 400 })]);
  send("now");
  const { received, ask } = consume(store.messages);
  ask(2);
  expect(payloads(received)).toEqual(["now"]);
  expect(store.messages.peek(1, 9)).toMatchObject([
    { payload: "later", state: "scheduled", sequenceNumber: 1 },
    { payload: "now", state: "active", sequenceNumber: 2 },
  ]);
  expect(store.counts()).toMatchObject({ active: 1, scheduled: 1 });

  clock.advance(400);

  expect(received[1]).toMatchObject({ payload: "later", sequenceNumber: 3 });
  expect(store.counts()).toMatchObject({ active: 2, scheduled: 0 });
});

// azure-sdk-for-js sendAndSchedule.spec.ts; that peeking and the dead-letter queue show it too is inferred
test("a message that was scheduled keeps that state when it is received, abandoned, peeked and dead-lettered", () => {
  const { clock, store } = setUp();
  store.enqueue([message("later", { scheduledFor: clock.now() + 400 })]);
  clock.advance(400);
  const first = take(store.messages);
  expect(first.state).toBe("scheduled");
  store.messages.abandon(first.token);
  expect(store.messages.peek(1, 1)).toMatchObject([{ state: "scheduled", deliveryCount: 1 }]);
  expect(store.messages.cancelScheduled([2])).toBe(false);

  store.messages.deadLetter(take(store.messages).token, { reason: undefined, description: undefined });

  expect(store.counts()).toMatchObject({ active: 0, deadLetter: 1, scheduled: 0 });
  expect(take(store.deadLetters).state).toBe("scheduled");
});

test("a scheduled message's time to live begins when it becomes active", () => {
  const { clock, store } = setUp();
  store.enqueue([message("later", { scheduledFor: clock.now() + 400, timeToLive: 300 })]);

  clock.advance(699);
  expect(store.counts().active).toBe(1);
  clock.advance(1);

  expect(store.counts().active).toBe(0);
});

test("scheduled messages are cancelled all together or not at all", () => {
  const { clock, store, send } = setUp();
  store.enqueue([message("later", { scheduledFor: clock.now() + 400 })]);
  send("now");

  expect(store.messages.cancelScheduled([1, 2])).toBe(false);
  expect(store.counts().scheduled).toBe(1);
  expect(store.messages.cancelScheduled([1])).toBe(true);

  clock.advance(1000);
  expect(payloads(store.messages.peek(1, 9))).toEqual(["now"]);
});

test("peek shows locked messages too, from a sequence number on", () => {
  const { store, send } = setUp();
  send("a", "b", "c", "d");
  take(store.messages);

  expect(payloads(store.messages.peek(1, 2))).toEqual(["a", "b"]);
  expect(payloads(store.messages.peek(3, 9))).toEqual(["c", "d"]);
  expect(store.messages.peek(9, 1)).toEqual([]);
});

test("peek stays in order after many messages came and went", () => {
  const { store, send } = setUp();
  send(...Array.from({ length: 500 }, (_, index) => `${index}`));
  for (let round = 0; round < 498; round++) store.messages.complete(take(store.messages).token);

  expect(payloads(store.messages.peek(1, 9))).toEqual(["498", "499"]);
  expect(payloads(store.messages.peek(500, 9))).toEqual(["499"]);
});

test("a full queue takes none of the messages, and dead letters count against its size", () => {
  const { store, send } = setUp({ maxSizeBytes: 10, maxDeliveryCount: 1 });
  send("12345678");
  expect(send("1", "12")).toBe("full");
  store.messages.abandon(take(store.messages).token);
  expect(store.counts()).toMatchObject({ active: 0, deadLetter: 1, sizeBytes: 8 });

  expect(send("123")).toBe("full");

  expect(send("12")).toEqual([2]);
});

test("changed settings apply to the next lock", () => {
  const { clock, store, send, change } = setUp();
  send("a", "b");
  take(store.messages);
  change({ lockDuration: 50 });

  expect(take(store.messages).lock?.until).toBe(clock.now() + 50);
  clock.advance(50);

  expect(take(store.messages)).toMatchObject({ payload: "b", deliveryCount: 1 });
});

test("no timer is left when nothing is waiting for its time, nor after closing", () => {
  const { clock, store, send } = setUp();
  send("a", "b");
  store.messages.complete(take(store.messages).token);
  expect(clock.timers).toBe(0);
  take(store.messages);
  expect(clock.timers).toBe(1);

  store.close();

  expect(clock.timers).toBe(0);
});

function never(): never {
  throw new Error("the test expected a value here");
}
