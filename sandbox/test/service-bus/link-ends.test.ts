import type { Connection, Delivery, Receiver, Sender } from "rhea";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BrokerProcess, hostOf, openBroker, openQueue } from "./open-broker.ts";
import { connectRaw } from "./raw-client.ts";

/** What Python's client, whose AMQP is uamqp, needs and the SDK for JavaScript does without. */
let broker: BrokerProcess;
beforeAll(async () => {
  broker = await openBroker();
});
afterAll(() => broker.close());

const isOpen = (link: Sender | Receiver, event: "sender_open" | "receiver_open") =>
  new Promise((resolve) => link.once(event, resolve));

const openBoth = async (connection: Connection, node: string) => {
  const sender = connection.open_sender({ source: "near", target: node });
  const receiver = connection.open_receiver({ source: node, target: "near" });
  await Promise.all([isOpen(sender, "sender_open"), isOpen(receiver, "receiver_open")]);
  return { sender, receiver };
};

const ends = ({ source, target }: Sender | Receiver) => [source?.address, target?.address];

test("the answer to an attach names both ends of the link", async () => {
  const { queue, oid } = await openQueue(broker);
  const { connection, putToken } = await connectRaw(broker.port, hostOf("acme"));
  await putToken(`sb://${hostOf("acme")}/${queue}`, await broker.call("mint", { tenant: "acme", oid }));

  for (const node of ["$cbs", queue, `${queue}/$management`]) {
    const { sender, receiver } = await openBoth(connection, node);

    expect(ends(sender)).toEqual(["near", node]);
    expect(ends(receiver)).toEqual([node, "near"]);
  }
});

test("a token that names no link for the reply is answered on the link of its own node", async () => {
  const { connection } = await connectRaw(broker.port, hostOf("acme"));
  const { sender, receiver } = await openBoth(connection, "$cbs");
  const reply = new Promise<object>((resolve) => {
    receiver.once("message", ({ message }) => resolve({ ...message }));
  });
  const oid = await broker.call("addPrincipal", "acme");
  const body = await broker.call("mint", { tenant: "acme", oid });

  sender.send({
    body,
    message_id: 7,
    application_properties: { operation: "put-token", name: `sb://${hostOf("acme")}/q`, type: "jwt" },
  });

  expect(await reply).toMatchObject({ correlation_id: 7, application_properties: { "status-code": 202 } });
});

// azure-servicebus 7.15 (receiver.py, check_disposition_outcome): the service repeats what it applied.
test("a settlement is answered with the outcome that the receiver asked for", async () => {
  const { queue, oid, sender } = await openQueue(broker);
  await sender.sendMessages(["0", "1", "2", "3", "4"].map((body) => ({ body })));
  const { connection, putToken } = await connectRaw(broker.port, hostOf("acme"));
  await putToken(`sb://${hostOf("acme")}/${queue}`, await broker.call("mint", { tenant: "acme", oid }));
  const receiver = connection.open_receiver({
    ...{ source: queue, credit_window: 0, autoaccept: false, autosettle: false, rcv_settle_mode: 1 },
  });
  const deliveries: Delivery[] = [];
  receiver.on("message", ({ delivery }) => deliveries.push(delivery));
  receiver.add_credit(5);
  await expect.poll(() => deliveries.length).toBe(5);
  const answers: unknown[] = [];
  const { on_disposition } = connection;
  connection.on_disposition = (frame) => {
    const { state } = frame.performative as unknown as { state: { descriptor: { value: number } } };
    answers.push(Number(state.descriptor.value));
    on_disposition.call(connection, frame);
  };
  const [first, second, third, fourth, fifth] = deliveries;
  const ask = [
    ...[() => first?.accept(), () => second?.modified({ delivery_failed: true }), () => third?.accept()],
    ...[() => fourth?.reject(), () => fifth?.release()],
  ];
  // One at a time: rhea would report neighbours with the outcome of the first.
  for (const [index, settle] of ask.entries()) {
    settle();
    await expect.poll(() => answers.length).toBe(index + 1);
  }

  expect(answers).toEqual([0x24, 0x27, 0x24, 0x25, 0x26]);
});
