import { deserialize, serialize } from "node:v8";
import { expect, test } from "vitest";
import { defaultQueueSettings, type QueueSettings } from "../../src/model.ts";
import { type Changes, createJournal, type Rows } from "../../src/service-bus/queues/journal.ts";
import { createQueueStore, type QueueStore } from "../../src/service-bus/queues/queue-store.ts";
import type { NewMessage, StoredMessage } from "../../src/service-bus/queues/stored-message.ts";
import type { SubQueue } from "../../src/service-bus/queues/sub-queue.ts";
import { createFakeClock } from "./fake-clock.ts";

/** Rows as a file has them: bytes, and nothing of an uncommitted change. */
function createMemoryRows() {
  const rows = new Map<string, { queue: string; kind: string; key: string; value: Buffer }>();
  let writes = 0;
  function write({ dropped, kept }: Changes) {
    writes++;
    for (const gone of dropped) for (const [id, { queue }] of rows) if (queue === gone) rows.delete(id);
    for (const { queue, kind, key, value } of kept) {
      const id = JSON.stringify([queue, kind, key]);
      if (value === undefined) rows.delete(id);
      else rows.set(id, { queue, kind, key, value: serialize(value) });
    }
  }
  const file: Rows = {
    queues: () => [...new Set([...rows.values()].map(({ queue }) => queue))],
    read: (queue, kind) =>
      [...rows.values()]
        .filter((row) => row.queue === queue && row.kind === kind)
        .map(({ key, value }) => ({ key, value: deserialize(value) })),
    write,
  };
  return { file, size: () => rows.size, writes: () => writes };
}

function setUp(changed: Partial<QueueSettings> = {}) {
  const clock = createFakeClock();
  const settings = { ...defaultQueueSettings, lockDuration: 1000, maxDeliveryCount: 3, ...changed };
  const rows = createMemoryRows();

  /** What a new process has, which knows only what was committed. */
  function start() {
    const journal = createJournal(rows.file, () => {});
    const stores = new Map<string, QueueStore<string>>();
    const open = (name: string): QueueStore<string> => {
      const own = name === "queue" ? settings : defaultQueueSettings;
      const findStore = (other: string) => (other === "target" ? stores.get(other) : undefined);
      const store = createQueueStore<string>({
        ...{ clock, name, findStore, settings: () => own },
        journal: journal.of(name),
      });
      stores.set(name, store);
      return store;
    };
    return { journal, target: open("target"), store: open("queue") };
  }
  return { clock, rows, start };
}

const message = (payload: string, more: Partial<NewMessage<string>> = {}): NewMessage<string> => ({
  ...{ payload, sizeBytes: payload.length, timeToLive: undefined, scheduledFor: undefined },
  ...{ sessionId: undefined, messageId: undefined, ...more },
});

function take(queue: SubQueue<string>) {
  const received: StoredMessage<string>[] = [];
  const wantsMore = () => received.length === 0;
  const stop = queue.addConsumer({ mode: "peekLock", wantsMore, deliver: (one) => received.push(one) });
  queue.serve();
  stop();
  const [delivered] = received;
  if (!delivered) throw new Error("no message was waiting");
  return { ...delivered, token: delivered.lock?.token ?? "" };
}

const seen = (queue: SubQueue<string>) =>
  queue.peek(0, 100).map(({ sequenceNumber, payload, state, deliveryCount }) => ({
    ...{ sequenceNumber, payload, state, deliveryCount },
  }));

test("messages are there again as they were, and numbers go on behind the last one given", () => {
  const { start } = setUp();
  const before = start();
  before.store.enqueue(["gone", "failed", "deferred", "dead", "fresh", "last"].map((payload) => message(payload)));
  before.store.messages.complete(take(before.store.messages).token);
  before.store.messages.abandon(take(before.store.messages).token);
  const [failed, deferred, dead] = [1, 2, 3].map(() => take(before.store.messages));
  before.store.messages.release(failed?.token ?? "");
  before.store.messages.defer(deferred?.token ?? "", (payload) => `${payload} and changed`);
  before.store.messages.deadLetter(dead?.token ?? "", { reason: "Bad", description: "It is bad." });
  take(before.store.deadLetters);
  before.journal.commit();
  const after = start();

  expect(seen(after.store.messages)).toEqual([
    { sequenceNumber: 2, payload: "failed", state: "active", deliveryCount: 1 },
    { sequenceNumber: 3, payload: "deferred and changed", state: "deferred", deliveryCount: 1 },
    { sequenceNumber: 5, payload: "fresh", state: "active", deliveryCount: 0 },
    { sequenceNumber: 6, payload: "last", state: "active", deliveryCount: 0 },
  ]);
  expect(after.store.counts()).toEqual(before.store.counts());
  expect(after.store.deadLetters.peek(0, 9)).toMatchObject([
    {
      sequenceNumber: 4,
      payload: "dead",
      deliveryCount: 0,
      deadLetter: { reason: "Bad", description: "It is bad.", source: "queue" },
    },
  ]);
  expect(after.store.messages.receiveDeferred([3], "peekLock")).toHaveLength(1);
  expect(after.store.enqueue([message("next")])).toEqual([7]);
});

test("the number of a message that is long gone is not given again", () => {
  const { start } = setUp();
  const before = start();
  before.store.enqueue([message("x")]);
  before.store.messages.complete(take(before.store.messages).token);
  before.journal.commit();

  expect(start().store.enqueue([message("y")])).toEqual([2]);
});

test("a lock ends with the process and counts as a delivery, of which the last one dead-letters", () => {
  const { start } = setUp();
  let { store, journal } = start();
  store.enqueue([message("x")]);
  for (const failures of [0, 1, 2]) {
    expect(take(store.messages).deliveryCount).toBe(failures);
    journal.commit();
    ({ store, journal } = start());
  }

  expect(store.messages.size).toBe(0);
  expect(store.deadLetters.peek(0, 1)).toMatchObject([
    { payload: "x", deadLetter: { reason: "MaxDeliveryCountExceeded", source: "queue" } },
  ]);
  journal.commit();
  expect(start().store.counts()).toMatchObject({ active: 0, deadLetter: 1 });
});

test("what was due while nothing ran is done at the start", () => {
  const { clock, start } = setUp({ deadLetterOnExpiration: true });
  const before = start();
  before.store.enqueue([
    message("expires", { timeToLive: 500 }),
    message("later", { scheduledFor: clock.now() + 500 }),
    message("much later", { scheduledFor: clock.now() + 5000, timeToLive: 100 }),
  ]);
  before.journal.commit();
  clock.skip(600);
  const after = start();

  expect(after.store.counts()).toMatchObject({ active: 1, scheduled: 1, deadLetter: 1 });
  expect(seen(after.store.messages)).toMatchObject([
    { sequenceNumber: 3, state: "scheduled" },
    { sequenceNumber: 4, payload: "later", state: "scheduled" },
  ]);
  after.journal.commit();
  const again = start();
  expect(seen(again.store.messages)).toEqual(seen(after.store.messages));
  expect(again.store.counts()).toMatchObject({ active: 1, scheduled: 1 });
  expect(take(again.store.messages).payload).toBe("later");
});

test("a scheduled message in a file of an earlier version still awaits its time", () => {
  const { clock, rows, start } = setUp();
  const before = start();
  before.store.enqueue([message("later", { scheduledFor: clock.now() + 500 })]);
  before.journal.commit();
  const [row] = rows.file.read("queue", "message");
  const { awaitsTime, ...value } = Object(row?.value) as Record<string, unknown>;
  expect(awaitsTime).toBe(true);
  rows.file.write({ dropped: [], kept: [{ queue: "queue", kind: "message", key: "1", value }] });

  const { store } = start();

  expect(store.counts()).toMatchObject({ active: 0, scheduled: 1 });
  clock.advance(500);
  expect(store.counts()).toMatchObject({ active: 1, scheduled: 0 });
});

test("states of sessions and ids that were seen are kept, the ids for their window", () => {
  const { clock, start } = setUp({ requiresDuplicateDetection: true, duplicateDetectionWindow: 1000 });
  const before = start();
  const id = "a\0b ü";
  before.store.enqueue([message("first", { messageId: id })]);
  before.store.messages.sessions.states.set(id, Buffer.from([0, 1, 2]));
  before.store.messages.sessions.states.set("other", Buffer.from([3]));
  before.store.messages.sessions.states.set("other", undefined);
  before.journal.commit();
  const after = start();
  after.store.enqueue([message("again", { messageId: id })]);
  after.journal.commit();

  expect(after.store.messages.sessions.states.get(id)).toEqual(Buffer.from([0, 1, 2]));
  expect(after.store.messages.sessions.states.get("other")).toBeUndefined();
  expect(after.store.messages.sessionIds(clock.now() - 1)).toEqual([id]);
  expect(after.store.messages.size).toBe(1);
  expect(after.store.counts().sizeBytes).toBe(8);
  clock.advance(1001);
  const later = start();
  later.store.enqueue([message("again", { messageId: id })]);
  expect(later.store.messages.size).toBe(2);
});

test("a session state in a file of an earlier version is read", () => {
  const { rows, start } = setUp();
  rows.file.write({ dropped: [], kept: [{ queue: "queue", kind: "session", key: "a", value: Buffer.from("x") }] });

  expect(start().store.messages.sessions.states.get("a")).toEqual(Buffer.from("x"));
});

test("a forwarded message is in one queue or in the other, and what could not be forwarded is kept, too", () => {
  const { start } = setUp({ forwardTo: "target" });
  const before = start();
  before.store.enqueue([message("x")]);
  before.journal.commit();
  const after = start();

  expect([after.store.messages.size, seen(after.target.messages)]).toMatchObject([0, [{ payload: "x" }]]);

  const lost = setUp({ forwardTo: "nowhere" });
  const failing = lost.start();
  failing.store.enqueue([message("y")]);
  failing.journal.commit();
  expect(lost.start().store.transferDeadLetters.peek(0, 1)).toMatchObject([
    { payload: "y", deadLetter: { reason: "MessagingEntityNotFound" } },
  ]);
});

test("what comes and goes within one turn is never written, and nothing is written twice", () => {
  const { rows, start } = setUp();
  const { store, journal } = start();
  store.enqueue([message("x"), message("y")]);
  for (let left = 2; left > 0; left--) store.messages.complete(take(store.messages).token);
  journal.commit();
  journal.commit();

  expect([rows.size(), rows.writes()]).toEqual([1, 1]); // the last number
});

test("a queue that is deleted leaves nothing to another one of its name", () => {
  const { rows, start } = setUp();
  const before = start();
  before.store.enqueue([message("x")]);
  before.journal.commit();
  before.store.enqueue([message("y")]);
  before.journal.drop("queue");
  before.journal.commit();

  expect(rows.size()).toBe(0);
  expect(start().store.enqueue([message("z")])).toEqual([1]);
});

test("what could not be written is written the next time", () => {
  const { rows, start } = setUp();
  const { store } = start();
  let isFull = true;
  let wakes = 0;
  const failing: Rows = {
    ...rows.file,
    write(changes) {
      if (isFull) throw new Error("the disk is full");
      rows.file.write(changes);
    },
  };
  const journal = createJournal(failing, () => wakes++);
  journal.of("queue").keep("number", "last", () => 7);
  expect(() => journal.commit()).toThrow("full");
  isFull = false;
  journal.commit();

  expect(start().store.enqueue([message("z")])).toEqual([8]);
  expect([store.messages.size, wakes]).toEqual([0, 1]);
});
