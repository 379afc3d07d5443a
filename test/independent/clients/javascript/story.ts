/** The story of the client matrix with `@azure/service-bus` and `@azure/identity`, as this repository pins them. */
import { EnvironmentCredential } from "@azure/identity";
import {
  isServiceBusError,
  ServiceBusAdministrationClient,
  ServiceBusClient,
  type ServiceBusClientOptions,
  type ServiceBusMessage,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from "@azure/service-bus";
import { HttpsProxyAgent } from "https-proxy-agent";
import Long from "long";
import { WebSocket } from "ws";

const variable = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};
const name = variable("STORY_NAME");
const namespace = variable("STORY_NAMESPACE");
const cutNamespace = variable("STORY_CUT_NAMESPACE");
const shared = variable("STORY_SHARED_NAMESPACE");
const endpoint = variable("STORY_ENDPOINT");
const readers = variable("STORY_READERS").split(",");
const credential = new EnvironmentCredential();

const connect = (to: string, options: ServiceBusClientOptions = {}) =>
  new ServiceBusClient(`${to}.servicebus.localhost`, credential, {
    customEndpointAddress: `sb://${endpoint}`,
    ...options,
  });

const bodies = (messages: readonly ServiceBusReceivedMessage[]) => messages.map(({ body }) => text(body));
const text = (body: unknown) => (Buffer.isBuffer(body) ? body.toString() : body);
const receiverOf = (client: ServiceBusClient, queue: string) =>
  client.createReceiver(queue, { maxAutoLockRenewalDurationInMs: 0 });
const send = (client: ServiceBusClient, queue: string, ...messages: ServiceBusMessage[]) => {
  const [message] = messages;
  return client.createSender(queue).sendMessages(messages.length === 1 && message !== undefined ? message : messages);
};

/** Peeking goes on where it stopped unless a number says otherwise. */
const fromStart = { fromSequenceNumber: Long.ONE };

/** This number of messages, within ten seconds. */
async function receive(receiver: ServiceBusReceiver, count: number): Promise<ServiceBusReceivedMessage[]> {
  const found: ServiceBusReceivedMessage[] = [];
  const end = Date.now() + 10_000;
  while (found.length < count && Date.now() < end)
    found.push(...(await receiver.receiveMessages(count - found.length, { maxWaitTimeInMs: 10_000 })));
  if (found.length < count) throw new Error(`${found.length} of ${count} messages came`);
  return found;
}

async function receiveOne(receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage> {
  const [one] = await receive(receiver, 1);
  if (one === undefined) throw new Error("no message came");
  return one;
}

const applicationProperties = { text: "x", number: 7, half: 0.5, yes: true };

async function sendAndReceive(client: ServiceBusClient) {
  const greeting = { messageId: "m1", correlationId: "c1", subject: "greeting", contentType: "text/plain" };
  await send(client, "plain", { body: Buffer.from("hello"), ...greeting, applicationProperties });
  const receiver = receiverOf(client, "plain");
  const one = await receiveOne(receiver);
  await receiver.completeMessage(one);
  const { messageId, correlationId, subject, contentType, applicationProperties: properties } = one;
  return { body: text(one.body), messageId, correlationId, subject, contentType, properties };
}

async function settle(client: ServiceBusClient) {
  await send(client, "settle", { body: "one" }, { body: "two" }, { body: "three" });
  const receiver = receiverOf(client, "settle");
  const [one, two, three] = await receive(receiver, 3);
  if (one === undefined || two === undefined || three === undefined) throw new Error("three messages are needed");
  await receiver.completeMessage(one);
  await receiver.abandonMessage(two);
  await receiver.deadLetterMessage(three, { deadLetterReason: "bad", deadLetterErrorDescription: "very bad" });
  const again = await receiveOne(receiver);
  const sequenceNumber = again.sequenceNumber;
  if (sequenceNumber === undefined) throw new Error("the message has no sequence number");
  await receiver.deferMessage(again);
  const [deferred] = await receiver.receiveDeferredMessages(sequenceNumber);
  if (deferred === undefined) throw new Error("the deferred message is not there");
  await receiver.completeMessage(deferred);
  const left = bodies(await receiver.peekMessages(10, fromStart));
  const deadLetters = client.createReceiver("settle", { subQueueType: "deadLetter" });
  const dead = await receiveOne(deadLetters);
  await deadLetters.completeMessage(dead);
  return {
    abandoned: again.body,
    counted: (again.deliveryCount ?? 0) - (two.deliveryCount ?? 0),
    deferred: deferred.body,
    dead: dead.body,
    reason: dead.deadLetterReason,
    description: dead.deadLetterErrorDescription,
    left,
  };
}

async function renew(client: ServiceBusClient) {
  await send(client, "renew", { body: "keep" });
  const receiver = receiverOf(client, "renew");
  const one = await receiveOne(receiver);
  const before = one.lockedUntilUtc ?? new Date();
  const after = await receiver.renewMessageLock(one);
  await receiver.completeMessage(one);
  return { later: after > before };
}

const inSeconds = (seconds: number) => new Date(Date.now() + 1000 * seconds);

async function schedule(client: ServiceBusClient) {
  const [sender, receiver] = [client.createSender("schedule"), receiverOf(client, "schedule")];
  const numbers = await sender.scheduleMessages([{ body: "never" }, { body: "later" }], inSeconds(3600));
  const peeked = (await receiver.peekMessages(10)).map(({ body, state }) => [body, state]);
  await sender.cancelScheduledMessages(numbers.slice(0, 1));
  await sender.scheduleMessages({ body: "soon" }, inSeconds(1));
  const soon = await receiveOne(receiver);
  await receiver.completeMessage(soon);
  return { peeked, arrived: soon.body, left: bodies(await receiver.peekMessages(10, fromStart)) };
}

async function batch(client: ServiceBusClient) {
  const sender = client.createSender("batch");
  const many = await sender.createMessageBatch();
  const items = Array.from({ length: 50 }, (_, number) => `item ${number}`);
  for (const body of items) many.tryAddMessage({ body });
  await sender.sendMessages(many);
  const receiver = receiverOf(client, "batch");
  const found = await receive(receiver, 50);
  for (const each of found) await receiver.completeMessage(each);
  return { received: found.length, inOrder: bodies(found).join() === items.join() };
}

async function large(client: ServiceBusClient) {
  const content = Buffer.alloc(2 * 1024 * 1024).map((_, index) => index % 251);
  await send(client, "large", { body: Buffer.from(content) });
  const receiver = receiverOf(client, "large");
  const one = await receiveOne(receiver);
  await receiver.completeMessage(one);
  return { bytes: one.body.length, same: Buffer.compare(one.body, content) === 0 };
}

async function receiveAndDelete(client: ServiceBusClient) {
  await send(client, "delete", { body: "gone" });
  const receiver = client.createReceiver("delete", { receiveMode: "receiveAndDelete" });
  const found = await receive(receiver, 1);
  return { bodies: bodies(found), left: bodies(await receiver.peekMessages(10, fromStart)) };
}

async function sessions(client: ServiceBusClient) {
  const wanted = ["a1", "b1", "a2", "b2"].map((body) => ({ body, sessionId: body.slice(0, 1) }));
  for (const message of wanted) await send(client, "sessions", message);
  const b = await client.acceptSession("sessions", "b");
  await b.setSessionState("half");
  const before = b.sessionLockedUntilUtc;
  const found = await receive(b, 2);
  const state = text(await b.getSessionState());
  const renewed = (await b.renewSessionLock()) >= before;
  const impatient = connect(namespace, { retryOptions: { maxRetries: 0 } });
  const second = await impatient.acceptSession("sessions", "b").then(
    () => "accepted",
    (error) => (isServiceBusError(error) && error.code === "SessionCannotBeLocked" ? "locked" : String(error)),
  );
  await impatient.close();
  for (const each of found) await b.completeMessage(each);
  await b.close();
  const following = await client.acceptNextSession("sessions");
  const after = await receive(following, 2);
  for (const each of after) await following.completeMessage(each);
  return {
    ...{ bodies: bodies(found), state, renewed, second },
    ...{ next: following.sessionId, nextBodies: bodies(after) },
  };
}

/** Ends all connections to the namespace silently, as a network does. */
async function cut(): Promise<void> {
  const answer = await fetch(`https://${endpoint}/control/actions`, {
    method: "POST",
    headers: { authorization: `Bearer ${variable("STORY_CONTROL_KEY")}`, "content-type": "application/json" },
    body: JSON.stringify({ do: "drop-connections", namespace: cutNamespace }),
  });
  if (answer.status !== 204) throw new Error(`the cut was answered with ${answer.status}`);
}

async function reconnect() {
  // A send that the cut overtakes gets no answer; the client sends again after this time, which is a minute by default.
  const client = connect(cutNamespace, { retryOptions: { timeoutInMs: 2000, retryDelayInMs: 100 } });
  const [sender, receiver] = [client.createSender("reconnect"), receiverOf(client, "reconnect")];
  const roundTrip = async (body: string) => {
    await sender.sendMessages({ body });
    const one = await receiveOne(receiver);
    await receiver.completeMessage(one);
    return one.body;
  };
  const before = await roundTrip("before");
  await cut();
  const after = await roundTrip("after");
  await client.close();
  return { before, after };
}

async function missing() {
  const client = connect(namespace, { retryOptions: { maxRetries: 0 } });
  const refused = await receiverOf(client, "missing")
    .receiveMessages(1, { maxWaitTimeInMs: 1000 })
    .then(
      () => "no",
      (error) => (isServiceBusError(error) ? error.code : String(error)),
    );
  await client.close();
  return { refused };
}

async function webSocket() {
  const client = new ServiceBusClient(`${namespace}.servicebus.windows.net`, credential, {
    webSocketOptions: {
      webSocket: WebSocket,
      webSocketConstructorOptions: { agent: new HttpsProxyAgent(variable("HTTPS_PROXY")) },
    },
  });
  await send(client, "socket", { body: "through the proxy" });
  const receiver = receiverOf(client, "socket");
  const one = await receiveOne(receiver);
  await receiver.completeMessage(one);
  await client.close();
  return { body: one.body };
}

async function administration(client: ServiceBusClient) {
  const admin = new ServiceBusAdministrationClient(`${namespace}.servicebus.windows.net`, credential);
  const created = await admin.createQueue("extra", { requiresSession: true, maxDeliveryCount: 4 });
  await admin.updateQueue({ ...created, maxDeliveryCount: 5 });
  const found = await admin.getQueue("extra");
  await send(client, "extra", { body: "one", sessionId: "s" }, { body: "two", sessionId: "s" });
  const counts = await admin.getQueueRuntimeProperties("extra");
  const names: string[] = [];
  for await (const each of admin.listQueues()) names.push(each.name);
  await admin.deleteQueue("extra");
  return {
    sessions: found.requiresSession,
    deliveries: found.maxDeliveryCount,
    active: counts.activeMessageCount,
    listed: names.includes("extra"),
    gone: !(await admin.queueExists("extra")),
  };
}

/** Writes to every reader, and reads what every other client wrote. */
async function exchange() {
  const client = connect(shared);
  const message = {
    body: Buffer.from(`from ${name} with ünïcode`),
    ...{ messageId: name, correlationId: "exchange", subject: name, contentType: "text/plain", replyTo: `for-${name}` },
    applicationProperties,
  };
  for (const reader of readers) await send(client, `for-${reader}`, message);
  const receiver = receiverOf(client, `for-${name}`);
  const seen: Record<string, object> = {};
  const end = Date.now() + 30_000;
  while (Object.keys(seen).length < readers.length && Date.now() < end)
    for (const each of await receiver.receiveMessages(readers.length, { maxWaitTimeInMs: 2000 })) {
      await receiver.completeMessage(each);
      const { correlationId, subject, contentType, replyTo, applicationProperties: properties } = each;
      seen[String(each.messageId)] = {
        body: text(each.body),
        correlationId,
        subject,
        contentType,
        replyTo,
        properties,
      };
    }
  await client.close();
  return seen;
}

const steps: Record<string, (client: ServiceBusClient) => Promise<object>> = {
  "send and receive": sendAndReceive,
  settle,
  "renew a lock": renew,
  "schedule and cancel": schedule,
  batch,
  "large message": large,
  "receive and delete": receiveAndDelete,
  sessions,
  reconnect,
  "missing queue": missing,
  WebSocket: webSocket,
  administration,
  exchange,
};

async function report(step: string): Promise<void> {
  const start = Date.now();
  const client = connect(namespace);
  const said = await Promise.resolve(steps[step]?.(client)).then(
    (result) => ({ result }),
    (error) => ({ error: String(error) }), // every step is reported, whatever it threw
  );
  await client.close();
  process.stdout.write(`${JSON.stringify({ step, ...said, ms: Date.now() - start })}\n`);
}

const wanted = process.argv.slice(2);
await Promise.all((wanted.length === 0 ? Object.keys(steps) : wanted).map(report));
