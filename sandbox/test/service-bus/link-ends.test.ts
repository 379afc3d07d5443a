import type { Connection, Receiver, Sender } from "rhea";
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
