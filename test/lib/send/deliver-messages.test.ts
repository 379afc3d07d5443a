import { expect, test } from "vitest";
import type { Outgoing } from "../../../src/lib/domain/message.ts";
import { Failure } from "../../../src/lib/errors/failure.ts";
import type { Sender } from "../../../src/lib/ports/azure-services.ts";
import { type DeliveryOutcome, type DeliveryReport, deliverMessages } from "../../../src/lib/send/deliver-messages.ts";
import type { MeasuredMessage } from "../../../src/lib/send/message-size.ts";

const signal = new AbortController().signal;
const message = (messageId: string, fields: Partial<Outgoing> = {}): MeasuredMessage => ({
  message: { messageId, body: Buffer.from("x"), ...fields },
});

/** Takes batches of at most three messages, and notes what it is sent; `refuse` may throw for a batch. */
function fakeOutbox(refuse: (ids: readonly string[]) => void = () => {}) {
  const sent: string[][] = [];
  const take = async (messages: readonly Outgoing[]) => {
    const ids = messages.map(({ messageId }) => messageId);
    refuse(ids);
    sent.push(ids);
  };
  const sender: Sender = {
    probe: async () => {},
    send: (one) => take([one]),
    maxMessageBytes: async () => 1_000,
    size: ({ body }) => body.length,
    batch: async () => {
      const messages: Outgoing[] = [];
      return {
        add: (one) => one.body.length < 100 && messages.length < 3 && messages.push(one) > 0,
        send: () => take(messages),
      };
    },
    schedule: async (messages) => {
      await take(messages);
      return messages.map((_, index) => BigInt(index + 1));
    },
    cancelScheduled: async () => {},
  };
  return { outbox: sender, sent };
}

async function delivered(sender: Sender, portions: AsyncIterable<readonly MeasuredMessage[]>) {
  const reported: DeliveryReport[] = [];
  const telling = deliverMessages(sender, portions, { signal });
  let step = await telling.next();
  for (; !step.done; step = await telling.next()) reported.push(step.value);
  const outcome: DeliveryOutcome = step.value;
  return { reported, outcome };
}

async function* once(...messages: readonly MeasuredMessage[]) {
  yield messages;
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => message(`m${index}`));

test("messages leave in their order, in batches as large as they may be", async () => {
  const { outbox: sender, sent } = fakeOutbox();

  const { outcome } = await delivered(sender, once(...numbered(8)));

  expect(sent).toEqual([
    ["m0", "m1", "m2"],
    ["m3", "m4", "m5"],
    ["m6", "m7"],
  ]);
  expect(outcome).toEqual({ accepted: 8, bytes: 8, unknown: 0 });
});

test("a batch holds one session only, and sessions that alternate still fill theirs", async () => {
  const { outbox: sender, sent } = fakeOutbox();
  const alternating = Array.from({ length: 6 }, (_, index) =>
    message(`m${index}`, { sessionId: index % 2 === 0 ? "even" : "odd" }),
  );

  await delivered(sender, once(...alternating));

  expect(sent.sort()).toEqual([
    ["m0", "m2", "m4"],
    ["m1", "m3", "m5"],
  ]);
});

test("a message that is too large for a batch goes alone, in its place", async () => {
  const { outbox: sender, sent } = fakeOutbox();
  const large = message("large", { body: Buffer.alloc(500) });

  await delivered(sender, once(message("a"), message("b"), large, message("c"), message("d")));

  expect(sent).toEqual([["a", "b"], ["large"], ["c", "d"]]);
});

test("an unacknowledged message is reported by its id as unknown; later messages are not sent", async () => {
  const { outbox: sender, sent } = fakeOutbox((ids) => {
    if (ids.includes("m4")) throw new Failure("ServiceTimeout", "the connection broke");
  });

  const { reported, outcome } = await delivered(
    sender,
    (async function* () {
      for (const one of numbered(30)) yield [one];
    })(),
  );

  expect(reported.map((one) => [one.type, "message" in one && one.message.messageId])).toEqual([
    ["unknown", "m3"],
    ["unknown", "m4"],
    ["unknown", "m5"],
  ]);
  expect(outcome).toMatchObject({ unknown: 3, failure: { code: "ServiceTimeout" } });
  expect(outcome.accepted).toBe(sent.flat().length);
  expect(sent.flat()).not.toContain("m29");
});

test.each(["ServiceBusy", "QuotaExceeded"] as const)(
  "%s says that nothing was stored: no message is unknown",
  async (code) => {
    const { outbox: sender } = fakeOutbox(() => {
      throw new Failure(code, "refused");
    });

    const { reported, outcome } = await delivered(sender, once(...numbered(3)));

    expect(reported).toEqual([]);
    expect(outcome).toMatchObject({ accepted: 0, unknown: 0, failure: { code } });
  },
);

test("a stream that pauses has what came so far sent", async () => {
  const { outbox: sender, sent } = fakeOutbox();
  const { promise: paused, resolve: goOn } = Promise.withResolvers<void>();
  const send = sender.send;
  const watched: Sender = {
    ...sender,
    send: async (one) => {
      await send(one);
      goOn();
    },
  };

  await delivered(
    watched,
    (async function* () {
      yield [message("first")];
      // Ends only when the first was sent.
      await paused;
      yield [message("second")];
    })(),
  );

  expect(sent).toEqual([["first"], ["second"]]);
});

test("a mistake in a stream ends it after what came before", async () => {
  const { outbox: sender, sent } = fakeOutbox();

  const { outcome } = await delivered(
    sender,
    (async function* () {
      yield [message("good")];
      throw new Failure("UsageInvalid", "line 2: expected a JSON object");
    })(),
  );

  expect(sent).toEqual([["good"]]);
  expect(outcome).toMatchObject({ accepted: 1, failure: { kind: "usage" } });
});

test("messages with a future time are scheduled and reported with their numbers; a past time means now", async () => {
  const { outbox: sender, sent } = fakeOutbox();
  const at = new Date(Date.now() + 60_000);

  const { reported, outcome } = await delivered(
    sender,
    once(
      message("late", { scheduledAt: at }),
      message("past", { scheduledAt: new Date(0) }),
      message("later", { scheduledAt: at }),
    ),
  );

  expect(reported).toMatchObject([
    { type: "scheduled", message: { messageId: "late" }, sequenceNumber: 1n },
    { type: "scheduled", message: { messageId: "later" }, sequenceNumber: 2n },
  ]);
  expect(sent).toEqual([["late", "later"], ["past"]]);
  expect(outcome.accepted).toBe(3);
});
