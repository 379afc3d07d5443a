import { EventEmitter } from "node:events";
import { ServiceBusClient } from "@azure/service-bus";
import { expect, test } from "vitest";
import {
  type AmqpConnection,
  acceptEmptySessionIds,
  closeConnection,
  configureConnections,
  disableNagle,
  heartbeatOf,
  isLinkOpen,
  keepSenderAddresses,
  onConnectionError,
  putTokensTogether,
  readPrivateField,
  setIdleTimeout,
  withholdCredit,
} from "../../../../src/lib/azure/service-bus/sdk-internals.ts";

const openClient = () => new ServiceBusClient("acme-messages.servicebus.windows.net", { getToken: async () => null });

function connectionsOf(client: ServiceBusClient): readonly AmqpConnection[] {
  const connections: AmqpConnection[] = [];
  configureConnections(client, (connection) => connections.push(connection));
  return connections;
}

test("each connection of a client is configured, also the one that follows an outage", () => {
  const client = openClient();
  const connections = connectionsOf(client);
  expect(connections).toHaveLength(1);

  const context = readPrivateField(client, "_connectionContext");
  const refresh = readPrivateField(context, "refreshConnection");
  expect(refresh).toBeInstanceOf(Function);
  if (typeof refresh === "function") refresh.call(context);

  expect(new Set(connections).size).toBe(2);
});

test("the SDK has each part of a connection where it is expected", () => {
  const [connection = {}] = connectionsOf(openClient());

  disableNagle(connection);

  expect(setIdleTimeout(connection, 11_000)).toBe(true);
  expect(readPrivateField(connection, "local", "open", "idle_time_out")).toBe(11_000);
  expect(readPrivateField(connection, "options", "noDelay")).toBe(true);
  expect(connection).toBeInstanceOf(EventEmitter);
});

test("a sender names its queue, and does not fail when its link has ended", async () => {
  const client = openClient();
  const connection = readPrivateField(client, "_connectionContext", "connection");
  // As the link of rhea-promise reads it.
  class LinkSender extends EventEmitter {
    source: { readonly address: string } | undefined = { address: "commands" };
    get address() {
      return this.source?.address ?? fail();
    }
  }
  const sender = new LinkSender();

  keepSenderAddresses(client);

  const create = readPrivateField(connection, "createAwaitableSender");
  if (typeof create !== "function") throw new Error("no senders");
  expect(await create.call(connection, { session: { createAwaitableSender: async () => sender } })).toBe(sender);
  expect(sender.address).toBe("commands");
  sender.source = undefined;
  expect(sender.address).toBeUndefined();
});

function fail(): never {
  throw new TypeError("Cannot read properties of undefined (reading 'address')");
}

test("the description of a connection error is read, and the SDK can be made to reconnect", () => {
  const [connection = {}] = connectionsOf(openClient());
  const seen: unknown[] = [];
  onConnectionError(connection, (description, reconnect) => {
    seen.push(description);
    reconnect();
  });
  if (!(connection instanceof EventEmitter)) throw new Error("no events");
  connection.on("disconnected", () => seen.push("disconnected"));

  connection.emit("connection_error", { error: { description: "idle timeout '11000' is not supported" } });

  expect(seen).toEqual(["idle timeout '11000' is not supported", "disconnected"]);
});

test("the link of a receiver that is not connected is not open", () => {
  const receiver = openClient().createReceiver("statuses");
  const subscription = receiver.subscribe(
    { processMessage: async () => {}, processError: async () => {} },
    { autoCompleteMessages: false },
  );

  expect(isLinkOpen(receiver)).toBe(false);
  subscription.close().catch(() => {});
});

/** The link that the wrapped connection opens, in place of the link of a service. */
async function openedLink(link: object, wanted: string | undefined): Promise<unknown> {
  const client = openClient();
  const connection = readPrivateField(client, "_connectionContext", "connection");
  expect(readPrivateField(connection, "createReceiver")).toBeInstanceOf(Function);
  if (typeof connection !== "object" || connection === null) throw new Error("no connection");
  Reflect.set(connection, "createReceiver", async () => link);
  acceptEmptySessionIds(client);
  const open = readPrivateField(connection, "createReceiver");
  if (typeof open !== "function") throw new Error("not wrapped");
  return open.call(connection, { source: { filter: { [sessionFilter]: wanted } } });
}

const sessionFilter = "com.microsoft:session-filter";

test("an empty session id is true for the SDK, and other ids stay as they are", async () => {
  for (const wanted of [undefined, ""]) {
    const link = await openedLink({ source: { filter: { [sessionFilter]: "" } } }, wanted);
    const id = readPrivateField(link, "source", "filter", sessionFilter);
    expect([Boolean(id), String(id)]).toEqual([true, ""]);
  }
  const link = await openedLink({ source: { filter: { [sessionFilter]: "a" } } }, "a");
  expect(readPrivateField(link, "source", "filter", sessionFilter)).toBe("a");
});

test("a link without a session is handed over only when the service has closed it with its reason", async () => {
  let open = true;
  setTimeout(() => {
    open = false;
  }, 30);
  const link = { source: { filter: {} }, isOpen: () => open };

  expect(await openedLink(link, undefined)).toBe(link);
  expect(open).toBe(false);
});

test("the SDK has the parts by which a link opens without credit; without them the receiver stays as it is", () => {
  const receiver = openClient().createReceiver("statuses");
  const batching: unknown = Reflect.apply(
    readPrivateField(receiver, "_createBatchingReceiver") as () => unknown,
    receiver,
    [readPrivateField(receiver, "_context"), "statuses", { receiveMode: "peekLock", maxConcurrentCalls: 0 }],
  );

  expect(readPrivateField(batching, "_batchingReceiverLite", "_receiveMessagesImpl")).toBeInstanceOf(Function);
  expect(withholdCredit(receiver)).toBeInstanceOf(Function);
  expect(withholdCredit(Object.assign(receiver, { _createBatchingReceiver: undefined }))).toBeUndefined();
});

test("no two clients wait for each other's tokens", () => {
  const locks = [openClient(), openClient()].map((client) => {
    putTokensTogether(client);
    return readPrivateField(client, "_connectionContext", "negotiateClaimLock");
  });

  expect(locks[0]).not.toBe(locks[1]);
});

test("the SDK has the part that says how tokens are put", () => {
  const client = openClient();
  putTokensTogether(client);

  const context = readPrivateField(client, "_connectionContext");
  expect(readPrivateField(context, "negotiateClaimLock")).not.toBe(readPrivateField(context, "negotiateClaimLock"));
});

test("a connection that is closed at once is not opened again", async () => {
  const client = openClient();
  closeConnection(client);

  expect(readPrivateField(client, "_connectionContext", "wasConnectionCloseCalled")).toBe(true);
  expect(readPrivateField(client, "_connectionContext", "connection", "_connection", "close")).toBeInstanceOf(Function);
});

test("where a part is missing, nothing fails", () => {
  const bare = {};

  expect(setIdleTimeout(bare, 11_000)).toBe(false);
  disableNagle(bare);
  onConnectionError(bare, () => {});
  expect(bare).toEqual({});
  expect(heartbeatOf(Object.assign(openClient().createReceiver("statuses"), { _context: undefined }))).toBeUndefined();
});
