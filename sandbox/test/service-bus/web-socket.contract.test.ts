import { once } from "node:events";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createWebSocketStream, WebSocket } from "ws";
import { encodeUint } from "../../src/service-bus/messages/amqp-encode.ts";
import { type BrokerProcess, connect, hostOf, openBroker } from "./open-broker.ts";
import { openFrame, protocolHeader } from "./raw-frames.ts";
import { framesOf } from "./wire.ts";

let broker: BrokerProcess;
beforeAll(async () => {
  broker = await openBroker();
});
afterAll(() => broker.close());

const host = hostOf("acme");

async function openQueue() {
  const queue = await broker.call("addQueue", host);
  const oid = await broker.call("addPrincipal", "acme");
  await broker.call("grant", "acme", { oid, role: "owner", host, queue });
  const client = connect(
    broker,
    host,
    { tenant: "acme", oid },
    {
      customEndpointAddress: `sb://localhost:${broker.webSocketPort}`,
      webSocketOptions: { webSocket: WebSocket, webSocketConstructorOptions: { ca: broker.authority } },
    },
  );
  return { sender: client.createSender(queue), receiver: client.createReceiver(queue) };
}

/** What became of a WebSocket: open, or the status with which it was refused. */
async function dial(path: string, protocol: string) {
  const socket = new WebSocket(`wss://localhost:${broker.webSocketPort}${path}`, protocol, { ca: broker.authority });
  const outcome = Promise.withResolvers<string | number | undefined>();
  socket.once("open", () => outcome.resolve("open"));
  socket.once("unexpected-response", (_, response) => outcome.resolve(response.statusCode));
  socket.on("error", () => {});
  onTestFinished(() => socket.terminate());
  return { socket, outcome: await outcome.promise };
}

test("the SDK sends, receives and settles over WebSocket, whole batches and large messages included", async () => {
  const { sender, receiver } = await openQueue();
  const large = "x".repeat(200_000);
  await sender.sendMessages([{ body: "one" }, { body: "two" }]);
  await sender.sendMessages({ body: large });

  const messages = await receiver.receiveMessages(3, { maxWaitTimeInMs: 10_000 });
  for (const message of messages) await receiver.completeMessage(message);

  expect(messages.map(({ body }) => body)).toEqual(["one", "two", large]);
  expect(await receiver.peekMessages(1)).toEqual([]);
});

test("only the path and the subprotocol of Service Bus are served", async () => {
  expect((await dial("/$servicebus/websocket", "AMQPWSB10")).outcome).toBe("open");
  const python = await dial("/$servicebus/websocket/", "AMQPWSB10");
  expect(python.outcome).toBe("open");
  expect(python.socket.protocol).toBe("AMQPWSB10");
  // azure-sdk-for-go TestNewClientWithWebsockets offers only this one
  const go = await dial("/$servicebus/websocket", "amqp");
  expect(go.outcome).toBe("open");
  expect(go.socket.protocol).toBe("amqp");
  expect((await dial("/$servicebus/websocket", "chat")).outcome).toBe(400);
  expect((await dial("/elsewhere", "AMQPWSB10")).outcome).toBe(400);
});

test.each([
  ["noise", Buffer.from("no amqp at all, but long enough to be read")],
  ["a frame that is announced too large", Buffer.concat([protocolHeader, Buffer.alloc(8, 0xff)])],
  ["a message beyond all limits", Buffer.alloc(5 * 1024 ** 2)],
])("%s over WebSocket ends the connection and costs nobody else", async (_, bytes) => {
  const { socket } = await dial("/$servicebus/websocket", "AMQPWSB10");
  socket.send(bytes);
  await once(socket, "close");

  const { sender } = await openQueue();
  await sender.sendMessages({ body: "still there" });
  expect(broker.isRunning()).toBe(true);
});

test("a connection over WebSocket announces the idle timeout of that transport", async () => {
  const { socket } = await dial("/$servicebus/websocket", "AMQPWSB10");
  const frames = framesOf(createWebSocketStream(socket));
  socket.send(Buffer.concat([protocolHeader, openFrame(host)]));

  const { value: opened } = await frames.next();

  expect(opened?.fields[4]).toEqual(encodeUint(120_000));
});

test("a client that disappears leaves no connection behind", async () => {
  const connections = () => broker.call("connections");
  await expect.poll(connections).toBe(0);
  const { socket } = await dial("/$servicebus/websocket", "AMQPWSB10");
  await expect.poll(connections).toBe(1);
  socket.terminate();

  await expect.poll(connections).toBe(0);
});
