import { expect, test } from "vitest";
import { decodeValue, mapEntries } from "../../src/service-bus/messages/amqp-decode.ts";
import {
  encodeBinary,
  encodeDescribed,
  encodeInt,
  encodeList,
  encodeMap,
  encodeNull,
  encodeString,
  encodeSymbol,
  encodeTimestamp,
  encodeUint,
} from "../../src/service-bus/messages/amqp-encode.ts";
import { scanSections } from "../../src/service-bus/messages/sections.ts";
import { attachFrame, beginFrame, closeFrame, creditFrame, detachFrame, endFrame } from "./raw-frames.ts";
import { describedParts, fieldsOf, openWire, partsOf, queueName, type Wire } from "./wire.ts";

/** Places in an attach (AMQP 1.0 part 2, 2.7.3). */
const at = { sndSettleMode: 3, rcvSettleMode: 4, source: 5, target: 6 } as const;

/** An open session whose client may use the queue. */
async function openQueue(options: Parameters<typeof openWire>[0] = {}) {
  const wire = await openWire(options);
  await wire.putToken(`sb://${wire.host}/`);
  return wire;
}

/** The condition and description of a detach. */
const reasonOf = ({ fields }: Awaited<ReturnType<Wire["next"]>>) => fieldsOf(fields[2]);

// Azure/azure-sdk-for-js#24540 and Azure/azure-iot-sdk-node#1089 (wire logs); Python's client reads fields by their position
test("frames have all of their fields, and announce the service's channels, handles and window", async () => {
  const { opened, begun, write, next } = await openWire();

  expect(opened.fields).toHaveLength(10);
  expect(decodeValue(opened.fields[3] ?? never())).toBe(4999);
  expect(begun.fields.map(decodeValue)).toEqual([0, 0, 5000, expect.any(Number), 255, null, null, null]);
  write(attachFrame(0, "sender", "$cbs"));
  const { fields } = await next("attach");
  expect(fields).toHaveLength(14);
  expect(fieldsOf(fields[at.source])).toEqual(["$cbs", ...Array(10).fill(null)]);
  expect(fieldsOf(fields[at.target])).toEqual(["$cbs", ...Array(6).fill(null)]);
});

// php-uamqp tests and Azure/azure-sdk-for-js (logs of connections)
test.each([
  ["tcp", 240_000],
  ["webSocket", 120_000],
] as const)(
  "over %s the broker announces that it closes a connection after %i ms of silence",
  async (transport, announced) => {
    const { opened } = await openWire({ transport });

    expect(decodeValue(opened.fields[4] ?? never())).toBe(announced);
  },
);

// Azure/azure-sdk-for-js#24540 (frames)
test("a receiver's link has no limit for messages, a sender's has the queue's", async () => {
  const { write, next } = await openQueue();
  const limitOf = async (handle: number, role: "sender" | "receiver") => {
    write(attachFrame(handle, role, queueName));
    return decodeValue((await next("attach")).fields[10] ?? never());
  };

  expect(await limitOf(0, "receiver")).toBe(2n ** 64n - 1n);
  expect(await limitOf(1, "sender")).toBe(262_144n);
});

test.each([
  ["channel", frameOnChannel(beginFrame, 5000)],
  ["handle", attachFrame(256, "sender", "$cbs")],
])("a %s above the announced one ends the connection", async (_, beyond) => {
  const { write, next } = await openWire();

  write(beyond);

  await expect(next("attach")).rejects.toThrow("the connection ended");
});

// Azure/azure-event-hubs-node#186 (log): the third field is null; Python's client reads it by its position
test("errors have their three fields in detaches and rejections", async () => {
  const { write, transfer, next } = await openQueue();
  write(attachFrame(0, "receiver", "absent"));
  expect(reasonOf(await next("detach"))).toEqual(["amqp:not-found", expect.any(String), null]);
  write(attachFrame(1, "sender", queueName));
  await next("attach");
  transfer(1, encodeDescribed(0x77, Buffer.from([0xff])));

  const { fields } = await next("disposition");

  const [error] = partsOf(fields[4]);
  expect([describedParts(fields[4] ?? never()).code, fields.length]).toEqual([0x25, 6]);
  expect(fieldsOf(error)).toEqual(["amqp:decode-error", expect.any(String), null]);
});

// azure-sdk-for-go: every send fails with "sender settlement mode settled requested, received mixed"
test.each(["$cbs", `${queueName}/$management`, queueName])(
  "the answer to an attach of %s repeats its settle modes",
  async (node) => {
    const wire = node === "$cbs" ? await openWire() : await openQueue();
    const modes = async (handle: number, role: "sender" | "receiver", asked: readonly [number, number]) => {
      wire.write(attachFrame(handle, role, node, { modes: asked }));
      const { fields } = await wire.next("attach");
      wire.write(detachFrame(handle));
      return [at.sndSettleMode, at.rcvSettleMode].map((place) => decodeValue(fields[place] ?? never()));
    };

    expect(await modes(0, "receiver", [1, 0])).toEqual([1, 0]);
    expect(await modes(1, "sender", [0, 1])).toEqual([0, 1]);
  },
);

// go-amqp link.go and Python's link.py wait for the detach only when source and target are absent
test.each([
  ["an entity that is missing", {}, attachFrame(0, "receiver", "absent")],
  ["a queue with sessions, as if it had none", { requiresSession: true }, attachFrame(0, "receiver", queueName)],
  ["a dead-letter queue, to send", {}, attachFrame(0, "sender", `${queueName}/$deadletterqueue`)],
  ["the management node of a missing queue", {}, attachFrame(0, "receiver", "absent/$management")],
  ["the next session, when none has messages", { requiresSession: true }, nextSession(10)],
])("a refused attach has neither source nor target: %s", async (_, settings, attach) => {
  const { write, next } = await openQueue({ settings });
  write(attach);

  const { fields } = await next("attach");

  expect([at.source, at.target].map((place) => decodeValue(fields[place] ?? never()))).toEqual([null, null]);
  expect(reasonOf(await next("detach"))).toHaveLength(3);
});

/** Asks for the next session, and waits for that many milliseconds. */
function nextSession(wait: number): Buffer {
  const properties = encodeMap([encodeSymbol("com.microsoft:timeout"), encodeUint(wait)]);
  return attachFrame(0, "receiver", queueName, { filter: sessionFilter(encodeNull()), properties });
}

function sessionFilter(wanted: Buffer): Buffer {
  return encodeMap([encodeSymbol("com.microsoft:session-filter"), wanted]);
}

/** As a filter of AMQP is: described by a symbol, or by Service Bus's number. */
const described = (wanted: Buffer) =>
  Buffer.concat([Buffer.from([0]), encodeSymbol("com.microsoft:session-filter"), wanted]);
const numbered = (wanted: Buffer) =>
  Buffer.concat([Buffer.from([0]), Buffer.from("80000000137000000c", "hex"), wanted]);

// azure-sdk-for-go session_receiver.go sends and expects a described value; Azure/azure-sdk-for-net#32243: a plain one
test.each([
  ["plain", (wanted: Buffer) => wanted],
  ["described by a symbol", described],
  ["described by a number", numbered],
])("a session filter that is %s selects the session, and is repeated so in the answer", async (_, form) => {
  const { write, transfer, next } = await openQueue({ settings: { requiresSession: true } });
  const granted = async (handle: number, wanted: Buffer) => {
    write(attachFrame(handle, "receiver", queueName, { filter: sessionFilter(form(wanted)) }));
    const { fields } = await next("attach");
    const filter = partsOf(fields[at.source])[7];
    return filter && mapEntries(filter)[0]?.value;
  };
  write(attachFrame(10, "sender", queueName));
  await next("attach");
  transfer(10, messageOf("a"));
  await next("disposition");

  expect(await granted(0, encodeString("b"))).toEqual(form(encodeString("b")));
  expect(await granted(1, encodeNull())).toEqual(form(encodeString("a")));
});

// azure-sdk-for-go TestNewClientNewSenderNotFound and its kind; Azure/azure-service-bus#451
test("a token for an entity that is missing is answered with 404, for who may use the namespace", async () => {
  const all = await openWire();
  const one = await openWire({ scope: "queue" });

  const { status, description } = await all.putToken(`sb://${all.host}/absent/$management`);

  expect(status).toBe(404);
  expect(description).toMatch(
    /^The messaging entity 'sb:\/\/acme-bus.servicebus.windows.net\/absent' could not be found/,
  );
  expect((await all.putToken(`sb://${all.host}/`)).status).toBe(202);
  expect((await one.putToken(`sb://${one.host}/absent`)).status).toBe(202);
});

// azure-sdk-for-go TestAMQPLinksCBSLinkStillOpen; Azure/azure-event-hubs-node#186
test("a connection has one pair of links to $cbs, until the pair is closed", async () => {
  const { write, next } = await openWire();
  for (const [handle, role] of [
    [0, "sender"],
    [1, "receiver"],
  ] as const) {
    write(attachFrame(handle, role, "$cbs"));
    await next("attach");
  }

  for (const [handle, role] of [
    [2, "sender"],
    [3, "receiver"],
  ] as const) {
    write(attachFrame(handle, role, "$cbs"));
    expect(reasonOf(await next("detach"))).toEqual([
      "amqp:not-allowed",
      expect.stringMatching(/^A link to connection '.+' \$cbs node has already been opened\.$/),
      null,
    ]);
  }
  write(detachFrame(0));
  await next("detach");
  write(attachFrame(4, "sender", "$cbs"));
  expect(fieldsOf((await next("attach")).fields[at.target])[0]).toBe("$cbs");
});

// azure-sdk-for-go TestSender_SendAMQPMessageWithMultipleByteSlicesInData
test("delivery annotations reach the receiver beside the lock, and an active message has no state annotation", async () => {
  const { write, transfer, next } = await openQueue();
  write(attachFrame(0, "sender", queueName), attachFrame(1, "receiver", queueName), creditFrame(1, 1));
  const note = [encodeSymbol("x-opt-delivery-annotation-test"), encodeString("test-value")];
  const forged = [encodeSymbol("x-opt-lock-token"), encodeString("forged")];
  const annotations = encodeDescribed(0x71, encodeMap([...note, ...forged]));
  transfer(0, Buffer.concat([annotations, messageOf("a")]));

  const { payload } = await next("transfer");

  const [delivery, message] = [0x71, 0x72].map((wanted) => {
    const section = scanSections(payload).find(({ code }) => code === wanted) ?? never();
    return mapEntries(section.value).map(({ key, value }) => [key, decodeValue(value)]);
  });
  expect(delivery).toEqual([
    ["x-opt-delivery-annotation-test", "test-value"],
    ["x-opt-lock-token", expect.any(Buffer)],
  ]);
  expect(message?.map(([key]) => key)).toEqual(["x-opt-sequence-number", "x-opt-enqueued-time", "x-opt-locked-until"]);
});

// Azure/azure-sdk-for-js, live tests of messages that are too large
test("the refusal of a message that is too large names its delivery and both sizes", async () => {
  const { write, transfer, next } = await openQueue({ settings: { maxMessageBytes: 1024 } });
  write(attachFrame(0, "sender", queueName));
  await next("attach");
  transfer(0, encodeDescribed(0x77, encodeString("x".repeat(2000))));

  const [error] = partsOf((await next("disposition")).fields[4]);

  expect(fieldsOf(error)).toEqual([
    "amqp:link:message-size-exceeded",
    "The received message (delivery-id:1, size:2008 bytes) exceeds the limit (1024 bytes) currently allowed on the link.",
    null,
  ]);
});

// azure-sdk-for-go AcceptSession, SetSessionState(nil) sends no bytes
test("a session state of no bytes is read as none", async () => {
  const { write, next, manage } = await openQueue({ settings: { requiresSession: true } });
  write(attachFrame(0, "receiver", queueName, { filter: sessionFilter(encodeString("a")) }));
  await next("attach");
  const id = [encodeString("session-id"), encodeString("a")];
  const stateAfter = async (state: Buffer) => {
    await manage("com.microsoft:set-session-state", [...id, encodeString("session-state"), encodeBinary(state)]);
    const { body } = await manage("com.microsoft:get-session-state", id);
    return mapEntries(body).map(({ value }) => decodeValue(value));
  };

  expect(await stateAfter(Buffer.from("kept"))).toEqual([Buffer.from("kept")]);
  expect(await stateAfter(Buffer.alloc(0))).toEqual([null]);
});

// azure-sdk-for-go TestClient_ListSessionsForQueue_Live and TestClient_ListSessionsForQueue_SessionStateUpdatedAfter_Live
test("sessions are listed that have messages or a state, or those whose state was set after a time", async () => {
  const { write, transfer, next, manage } = await openQueue({ settings: { requiresSession: true } });
  write(attachFrame(0, "sender", queueName));
  transfer(0, messageOf("with message"));
  await next("disposition");
  write(attachFrame(1, "receiver", queueName, { filter: sessionFilter(encodeString("with state")) }));
  await next("attach");
  const state = [encodeString("session-state"), encodeBinary(Buffer.from("x"))];
  const before = Date.now();
  await manage("com.microsoft:set-session-state", [encodeString("session-id"), encodeString("with state"), ...state]);
  const listed = async (since: number) => {
    const fields = { skip: encodeInt(0), top: encodeInt(10), "last-updated-time": encodeTimestamp(since) };
    const { body } = await manage(
      "com.microsoft:get-message-sessions",
      Object.entries(fields).flatMap(([key, value]) => [encodeString(key), value]),
    );
    const ids = body[0] === 0x40 ? undefined : mapEntries(body).find(({ key }) => key === "sessions-ids")?.value;
    return ids && decodeValue(ids);
  };

  // the year 10000, which the service takes for its last moment
  expect(await listed(253_402_300_800_000)).toEqual(["with message", "with state"]);
  expect(await listed(before - 1)).toEqual(["with state"]);
  expect(await listed(before + 3_600_000)).toBeUndefined();
});

function frameOnChannel(written: Buffer, channel: number): Buffer {
  const changed = Buffer.from(written);
  changed.writeUInt16BE(channel, 6);
  return changed;
}

/** A message of a session. */
function messageOf(session: string): Buffer {
  const properties = encodeList([...Array<Buffer>(10).fill(encodeNull()), encodeString(session)]);
  return Buffer.concat([encodeDescribed(0x73, properties), encodeDescribed(0x75, encodeBinary(Buffer.from("x")))]);
}

function never(): never {
  throw new Error("the test expected a value here");
}

// Azure/azure-amqp (AmqpConnection.cs, OnReceiveSessionFrame); Python's client closes some links after their session
test("a link or a session that is closed again after its session does not cost the connection", async () => {
  const { write, next } = await openWire();
  write(attachFrame(0, "sender", "$cbs"));
  await next("attach");

  for (const bytes of [endFrame, detachFrame(0), endFrame, closeFrame]) write(bytes);

  expect((await next("close")).kind).toBe("close");
});
