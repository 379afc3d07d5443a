import { expect, test } from "vitest";
import { defaultQueueSettings, type QueueSettings } from "../../src/model.ts";
import { createQueueStore } from "../../src/service-bus/queues/queue-store.ts";
import type { NewMessage, StoredMessage } from "../../src/service-bus/queues/stored-message.ts";
import { createFakeClock } from "./fake-clock.ts";

function setUp(changed: Partial<QueueSettings>) {
  const clock = createFakeClock();
  const settings = { ...defaultQueueSettings, lockDuration: 1000, maxDeliveryCount: 2, ...changed };
  const store = createQueueStore<string>({ clock, settings: () => settings });
  const send = (payload: string, more: Partial<NewMessage<string>> = {}) =>
    store.enqueue([{ payload, sizeBytes: 1, ...none, ...more }]);
  return { clock, store, send, ...store.messages };
}

const none = { timeToLive: undefined, scheduledFor: undefined, sessionId: undefined, messageId: undefined };

/** Holds the session and takes what comes. */
function hold({ store }: Pick<ReturnType<typeof setUp>, "store">, id: string) {
  const events: string[] = [];
  const received: StoredMessage<string>[] = [];
  const lock = store.messages.sessions.accept(id, { name: "link", lost: () => events.push("lost") });
  const stop = store.messages.addConsumer(
    { mode: "peekLock", wantsMore: () => events.length === 0, deliver: (message) => received.push(message) },
    id,
  );
  store.messages.serve();
  return { lock, events, received, stop };
}

test("a message of a session is locked as long as its session, renewals included", () => {
  const { clock, store, send } = setUp({ requiresSession: true });
  send("x", { sessionId: "a" });
  const { received, events, lock } = hold({ store }, "a");
  expect(received[0]?.lock?.until).toBe(lock?.until);
  clock.advance(900);
  store.messages.sessions.renew("a");
  clock.advance(900);

  expect(events).toEqual([]);
  expect(store.messages.complete(received[0]?.lock?.token ?? "")).toBe("done");
});

test("a session that is lost again and again dead-letters what it held", () => {
  const { clock, store, send } = setUp({ requiresSession: true });
  send("x", { sessionId: "a" });
  for (let round = 0; round < 2; round++) {
    const { stop, events } = hold({ store }, "a");
    clock.advance(1001);
    expect(events).toEqual(["lost"]);
    stop();
  }

  expect(store.counts()).toMatchObject({ active: 0, deadLetter: 1 });
});

test("a late timer does not let a lost session settle", () => {
  const { clock, store, send } = setUp({ requiresSession: true });
  send("x", { sessionId: "a" });
  const { received, events } = hold({ store }, "a");
  clock.skip(1001);

  expect(store.messages.complete(received[0]?.lock?.token ?? "")).toBe("lockLost");
  expect(events).toEqual(["lost"]);
});

test("a lock that is over gives nothing up", () => {
  const { clock, store } = setUp({ requiresSession: true });
  const first = hold({ store }, "a");
  clock.advance(1001);
  const second = hold({ store }, "a");
  first.lock?.release();

  expect(store.messages.sessions.lockOf("a")).toBe(second.lock);
});

test("those who wait for a session get one each, in the order in which they came", () => {
  const { store, send } = setUp({ requiresSession: true });
  const granted: string[] = [];
  const wait = (name: string) =>
    store.messages.sessions.acceptNext({ name, lost: () => {} }, ({ id }) => granted.push(`${name} ${id}`));
  wait("first");
  const stop = wait("second");
  wait("third");
  stop();
  send("x", { sessionId: "a" });
  send("y", { sessionId: "a" });
  expect(granted).toEqual(["first a"]);
  send("z", { sessionId: "b" });

  expect(granted).toEqual(["first a", "third b"]);
});

test("a state counts as size until it is taken away", () => {
  const { store } = setUp({ requiresSession: true });
  const { states } = store.messages.sessions;
  states.set("a", Buffer.alloc(10));
  states.set("a", Buffer.alloc(4));
  states.set("b", Buffer.alloc(1));
  expect(store.counts().sizeBytes).toBe(5);
  states.set("a", undefined);

  expect(store.counts().sizeBytes).toBe(1);
});

test("an id is remembered for the window, counted from its first sending, and not at all without the setting", () => {
  const window = { requiresDuplicateDetection: true, duplicateDetectionWindow: 20_000 };
  const { clock, store, send } = setUp(window);
  send("first", { messageId: "m1" });
  clock.advance(19_999);
  send("again", { messageId: "m1" });
  expect(store.counts().active).toBe(1);
  clock.advance(1);
  send("later", { messageId: "m1" });
  expect(store.counts().active).toBe(2);

  const plain = setUp({});
  plain.send("first", { messageId: "m1" });
  plain.send("again", { messageId: "m1" });
  expect(plain.store.counts().active).toBe(2);
});

test("a message that finds no room is not remembered as sent", () => {
  const { store, send } = setUp({ requiresDuplicateDetection: true, maxSizeBytes: 1 });
  send("in the way", { messageId: "m0" });
  expect(send("x", { messageId: "m1" })).toBe("full");
  const received: string[] = [];
  const deliver = ({ payload }: StoredMessage<string>) => received.push(payload);
  store.messages.addConsumer({ mode: "receiveAndDelete", wantsMore: () => true, deliver });
  store.messages.serve();
  send("x", { messageId: "m1" });

  expect(received).toEqual(["in the way", "x"]);
});
