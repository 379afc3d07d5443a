import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceBusClient, ServiceBusReceiver, ServiceBusSessionReceiver } from "@azure/service-bus";
import type { RheaReceiver } from "./link-batches.ts";

/*
 * Every private part of an SDK that the program uses, because there is no option or event for it. Checked with
 * @azure/service-bus 7.9.5, @azure/core-amqp 4.4.2, rhea-promise 3.0.3 and rhea 3.0.5. Where a later version has a part
 * elsewhere, the functions below do nothing, or return what their comment says, and `sdk-internals.test.ts` fails.
 * Each comment names the part.
 */

/** A connection of rhea, the AMQP library. */
export type AmqpConnection = object;

/**
 * Configures each connection of a client before it opens: the first one, and those that the SDK creates after an outage.
 * Parts: ServiceBusClient `_connectionContext.connection._connection`, which is the connection of rhea, and
 * `_connectionContext.refreshConnection`, which creates the next one.
 */
export function configureConnections(client: ServiceBusClient, configure: (connection: AmqpConnection) => void): void {
  forEachConnection(client, (connection) => {
    const amqp = readPrivateField(connection, "_connection");
    if (isObject(amqp)) configure(amqp);
  });
}

/** The same with the connection of rhea-promise, which the SDK uses. */
function forEachConnection(client: ServiceBusClient, configure: (connection: object) => void): void {
  const context = readPrivateField(client, "_connectionContext");
  const configureCurrent = () => {
    const connection = readPrivateField(context, "connection");
    if (isObject(connection)) configure(connection);
  };
  configureCurrent();
  const refresh = readPrivateField(context, "refreshConnection");
  if (!isObject(context) || typeof refresh !== "function") return;
  Reflect.set(context, "refreshConnection", () => {
    refresh.call(context);
    configureCurrent();
  });
}

/**
 * Calls back when a connection of the client starts to open, with the name of the link on which the SDK will expect the answers to
 * its tokens. A connection that is opening is not opened again. Parts: `open` of the connection of rhea-promise, and `replyTo` of
 * `_connectionContext.cbsSession`.
 */
export function wrapConnectionOpening(
  client: ServiceBusClient,
  onOpening: (opening: { readonly amqp: AmqpConnection; readonly replyTo: string }) => void,
): void {
  forEachConnection(client, (connection) => {
    const open = readPrivateField(connection, "open");
    if (typeof open !== "function") return;
    let opening: Promise<unknown> | undefined;
    Reflect.set(connection, "open", (options: unknown): Promise<unknown> => {
      if (opening) return opening;
      const isOpen = readPrivateField(connection, "isOpen");
      if (typeof isOpen === "function" && isOpen.call(connection)) return Promise.resolve(connection);
      opening = Promise.resolve(open.call(connection, options)).finally(() => {
        opening = undefined;
      });
      const amqp = readPrivateField(connection, "_connection");
      const replyTo = readPrivateField(client, "_connectionContext", "cbsSession", "replyTo");
      if (isObject(amqp) && typeof replyTo === "string") onOpening({ amqp, replyTo });
      return opening;
    });
  });
}

/**
 * Lets the senders of a client name their queue after their link has ended, too. The timer of a message that was not acknowledged
 * reads the name, and its error would end the process instead of the call. Part: `createAwaitableSender` of the connection of
 * rhea-promise.
 */
export function keepSenderAddresses(client: ServiceBusClient): void {
  forEachConnection(client, (connection) => {
    const create = readPrivateField(connection, "createAwaitableSender");
    if (typeof create !== "function") return;
    Reflect.set(connection, "createAwaitableSender", async (options: unknown): Promise<unknown> => {
      const sender: unknown = await create.call(connection, options);
      if (isObject(sender))
        Object.defineProperty(sender, "address", { get: () => readPrivateField(sender, "source", "address") });
      return sender;
    });
  });
}

/**
 * Lets the links of a client put their tokens at the same time. The SDK puts one after the other, each with a round trip, although
 * each answer names its request. Part: `_connectionContext.negotiateClaimLock`, the name of the SDK's lock.
 */
export function putTokensTogether(client: ServiceBusClient): void {
  const context = readPrivateField(client, "_connectionContext");
  if (!isObject(context) || typeof readPrivateField(context, "negotiateClaimLock") !== "string") return;
  Object.defineProperty(context, "negotiateClaimLock", { get: () => `negotiateClaim-${nextLock++}`, set: () => {} });
}

/** The SDK has one set of locks for the whole process, so no two clients may use the same name. */
let nextLock = 0;

/** Opens the connection of a client, before its first link does. Part: `open` of `_connectionContext.connection`. */
export async function openConnection(client: ServiceBusClient): Promise<void> {
  const connection = readPrivateField(client, "_connectionContext", "connection");
  const open = readPrivateField(connection, "open");
  if (typeof open === "function") await open.call(connection);
}

/**
 * Closes the connection of a client at once, without a round trip for each of its links and sessions: closing it closes them, too
 * (AMQP 1.0 part 2, 2.4.3). Part: rhea's `close`, and `_connectionContext.wasConnectionCloseCalled`, without which the SDK connects
 * again.
 */
export function closeConnection(client: ServiceBusClient): void {
  const context = readPrivateField(client, "_connectionContext");
  const amqp = readPrivateField(context, "connection", "_connection");
  const close = readPrivateField(amqp, "close");
  if (!isObject(context) || typeof close !== "function") return;
  Reflect.set(context, "wasConnectionCloseCalled", true);
  close.call(amqp);
}

/** Has the connection send small frames at once. Part: rhea's `options`, which are those of `tls.connect`. */
export function disableNagle(connection: AmqpConnection): void {
  const options = readPrivateField(connection, "options");
  if (isObject(options)) Reflect.set(options, "noDelay", true);
}

/**
 * Has the connection open on this TLS socket, which is connected already. A socket is taken once: the function is called again for
 * each later connection, and gives undefined. Part: rhea's `options.connection_details`, of which `connect` makes the socket.
 */
export function openOnSocket(connection: AmqpConnection, takeSocket: () => unknown): void {
  const options = readPrivateField(connection, "options");
  const details = readPrivateField(options, "connection_details");
  if (!isObject(options) || typeof details !== "function") return;
  Reflect.set(options, "connection_details", (...args: readonly unknown[]) => {
    const given: unknown = details.apply(options, args);
    const socket = isObject(given) ? takeSocket() : undefined;
    if (socket === undefined) return given;
    const connect = (_port: unknown, _host: unknown, _options: unknown, onConnected: () => void) => {
      setImmediate(onConnected);
      return socket;
    };
    return { ...(given as object), connect };
  });
}

/** Sets the idle timeout that the connection will request; false when it cannot be set. Part: rhea's `local.open`. */
export function setIdleTimeout(connection: AmqpConnection, milliseconds: number): boolean {
  const open = readPrivateField(connection, "local", "open");
  if (!isObject(open) || typeof readPrivateField(open, "idle_time_out") !== "number") return false;
  return Reflect.set(open, "idle_time_out", milliseconds);
}

/**
 * Calls back when the service closes the connection with an error. `reconnect` has the SDK open the next connection. Part: the
 * event `disconnected` of rhea, after which the SDK reconnects.
 */
export function onConnectionError(
  connection: AmqpConnection,
  handle: (description: string, reconnect: () => void) => void,
): void {
  if (!(connection instanceof EventEmitter)) return;
  connection.once("connection_error", (event: unknown) =>
    handle(String(readPrivateField(event, "error", "description")), () => connection.emit("disconnected", event)),
  );
}

/**
 * Another value after each byte that the receiver's connection has received; undefined where it cannot be seen. Part: rhea's
 * timer `heartbeat_in`, at ServiceBusReceiver `_context.connection._connection`.
 */
export const heartbeatOf = (receiver: ServiceBusReceiver): unknown =>
  readPrivateField(receiver, "_context", "connection", "_connection", "heartbeat_in");

/**
 * Whether the link of a subscription is open; true where it cannot be seen. Part: ServiceBusReceiver
 * `_streamingReceiver.isOpen`.
 */
export function isLinkOpen(receiver: ServiceBusReceiver): boolean {
  const link = readPrivateField(receiver, "_streamingReceiver");
  const isOpen = readPrivateField(link, "isOpen");
  return typeof isOpen !== "function" || isOpen.call(link) !== false;
}

/**
 * Whether the service has accepted the link of a subscription; true where it cannot be seen. A link that is refused is open for a
 * moment, and has no source (AMQP 1.0 part 2.6.3). Part: ServiceBusReceiver `_streamingReceiver.link`, of rhea-promise.
 */
export function isLinkAccepted(receiver: ServiceBusReceiver): boolean {
  const link = readPrivateField(receiver, "_streamingReceiver", "link");
  if (!isObject(link) || !("source" in link)) return true;
  const source = readPrivateField(link, "source");
  return isObject(source) && Boolean(readPrivateField(source, "address"));
}

/** A link of the SDK for one batch. */
export type SdkLink = {
  readonly rhea: RheaReceiver;
  close(): Promise<unknown>;
  /** Calls back when the service ends the link or its session with an error. Returns a function that ends this. */
  onError(handle: (error: unknown) => void): () => void;
};

/** A call of `receiveMessages`: the maximum number of messages, and how long to wait for the first. */
export type SdkBatch = { readonly link: SdkLink; readonly max: number; readonly milliseconds: number };

/** A batch that is being received. The SDK terminates it when the connection is lost. */
export type BatchReceiving = {
  readonly messages: Promise<readonly object[]>;
  finish(): void;
  terminate(error: unknown): void;
};

/**
 * Has `receiveMessages` of this receiver open its link and receive its batch with this function. Parts: the functions
 * `_receiveMessagesImpl`, `_closeHandler` and `_finalAction` of `_batchingReceiverLite`, and rhea's link at `_link` of the link of
 * rhea-promise. Without them the SDK receives.
 */
export function receiveBatchesWith(receiver: ServiceBusReceiver, receive: (batch: SdkBatch) => BatchReceiving): void {
  onBatchingReceiver(receiver, (lite) => {
    const receiveWithSdk = readPrivateField(lite, "_receiveMessagesImpl");
    if (typeof receiveWithSdk !== "function") return;
    const receiveHere = (...args: Parameters<ReceiveMessagesImpl>) => {
      const [found, { maxMessageCount: max, maxWaitTimeInMs: milliseconds }, resolve, reject] = args;
      const link = linkOf(found);
      if (link === undefined) return receiveWithSdk.apply(lite, args);
      const { messages, finish, terminate } = receive({ link, max, milliseconds });
      Reflect.set(lite, "_finalAction", finish);
      Reflect.set(lite, "_closeHandler", terminate);
      return void messages.then(resolve, reject);
    };
    Reflect.set(lite, "_receiveMessagesImpl", receiveHere);
  });
}

type ReceiveMessagesImpl = (
  link: unknown,
  options: { readonly maxMessageCount: number; readonly maxWaitTimeInMs: number },
  resolve: (messages: readonly object[]) => void,
  reject: (error: unknown) => void,
) => unknown;

function linkOf(found: unknown): SdkLink | undefined {
  const rhea = readPrivateField(found, "_link");
  const session = readPrivateField(found, "session");
  const close = readPrivateField(found, "close");
  if (!isRheaReceiver(rhea) || !(found instanceof EventEmitter) || !(session instanceof EventEmitter)) return undefined;
  if (typeof close !== "function") return undefined;
  return {
    rhea,
    close: async () => void (await close.call(found)),
    onError: (handle) => {
      const onError = () =>
        handle(readPrivateField(session, "error") ?? readPrivateField(found, "error") ?? new Error("the link ended"));
      found.on("receiver_error", onError);
      session.on("session_error", onError);
      return () => {
        found.removeListener("receiver_error", onError);
        session.removeListener("session_error", onError);
      };
    },
  };
}

const rheaParts = ["is_open", "add_credit", "drain_credit", "dispatch"] as const;

const isRheaReceiver = (link: unknown): link is RheaReceiver =>
  typeof readPrivateField(link, "credit") === "number" &&
  rheaParts.every((part) => typeof readPrivateField(link, part) === "function");

/**
 * Has the SDK report what the service says about a delivery, as if the SDK had settled it. Call this before the event `settled` is
 * dispatched. False when that is not possible. Part: `_deliveryDispositionMap` of the receiver's `_batchingReceiver`.
 */
export function settleWithSdk(
  receiver: ServiceBusReceiver,
  delivery: number,
  { resolve, reject }: { readonly resolve: () => void; readonly reject: (error: unknown) => void },
): boolean {
  const waiting = readPrivateField(receiver, "_batchingReceiver", "_deliveryDispositionMap");
  if (!(waiting instanceof Map)) return false;
  waiting.set(delivery, { resolve, reject, timer: undefined });
  return true;
}

/**
 * Ends the wait of `receiveMessages`, as when its time is over: the service says what it still sends, and the call returns that. The
 * SDK's own abort signal leaves the credit on the link, and the next message stays locked. Parts: ServiceBusReceiver
 * `_batchingReceiver`, its `isReceivingMessages`, and `_batchingReceiverLite._finalAction`.
 */
export function endBatch(receiver: ServiceBusReceiver): void {
  const batching = readPrivateField(receiver, "_batchingReceiver");
  const lite = readPrivateField(batching, "_batchingReceiverLite");
  const end = readPrivateField(lite, "_finalAction");
  if (readPrivateField(batching, "isReceivingMessages") === true && typeof end === "function") end.call(lite);
}

/**
 * Makes `receiveMessages` of this receiver return as soon as its link is open, without credit: no message is locked. Returns a
 * function that ends this, and undefined when it is not possible. A refused link is open for a moment and has no source (AMQP 1.0
 * part 2.6.3). Part: `_batchingReceiverLite._receiveMessagesImpl`.
 */
export function withholdCredit(receiver: ServiceBusReceiver): (() => void) | undefined {
  let isWithheld = true;
  const isPossible = onBatchingReceiver(receiver, (lite) => {
    const receive = readPrivateField(lite, "_receiveMessagesImpl");
    if (typeof receive !== "function") throw new Error("the SDK has no _receiveMessagesImpl");
    Reflect.set(lite, "_receiveMessagesImpl", (...args: Parameters<typeof endAtOnce>) =>
      isWithheld ? endAtOnce(...args) : receive.apply(lite, args),
    );
  });
  const give = () => {
    isWithheld = false;
  };
  return isPossible ? give : undefined;
}

function endAtOnce(link: unknown, _args: unknown, resolve: (none: []) => void, reject: (error: unknown) => void): void {
  if (readPrivateField(link, "source")) resolve([]);
  else void untilClosed(link).then(() => reject(readPrivateField(link, "error") ?? new Error("the link was refused")));
}

/**
 * Configures the part of a receiver that receives batches, each time that the SDK creates it. Parts: ServiceBusReceiver
 * `_createBatchingReceiver`, and `_batchingReceiverLite` of its result.
 */
function onBatchingReceiver(receiver: ServiceBusReceiver, configure: (lite: object) => void): boolean {
  const create = readPrivateField(receiver, "_createBatchingReceiver");
  if (typeof create !== "function") return false;
  return Reflect.set(receiver, "_createBatchingReceiver", (...args: readonly unknown[]) => {
    const batching: unknown = create.apply(receiver, args);
    const lite = readPrivateField(batching, "_batchingReceiverLite");
    if (isObject(lite)) configure(lite);
    return batching;
  });
}

/** AMQP's name for the session that a receiver requests and gets (Service Bus AMQP protocol guide). */
const sessionFilter = "com.microsoft:session-filter";

/** How long the service may take to name the reason for which a link has no session. */
const reasonMilliseconds = 5_000;

/**
 * Lets the SDK open the session with an empty id, and lets it report the service's own reason for a link without a session. The
 * SDK takes an empty id for a missing one, releases the session and throws SessionCannotBeLocked. It does the same when the
 * service's reason arrives later than its answer to the attach. `repairSessionId` must follow. Part: `createReceiver` of the
 * connection of rhea-promise at `_connectionContext.connection`, which opens each link.
 */
export const acceptEmptySessionIds = (client: ServiceBusClient): void => forEachConnection(client, wrapCreateReceiver);

function wrapCreateReceiver(connection: object): void {
  const createReceiver = readPrivateField(connection, "createReceiver");
  if (typeof createReceiver !== "function") return;
  Reflect.set(connection, "createReceiver", async (options: unknown) => {
    const link: unknown = await createReceiver.call(connection, options);
    const requested = readPrivateField(options, "source", "filter");
    if (!isObject(requested) || !Object.hasOwn(requested, sessionFilter)) return link;
    const source = readPrivateField(link, "source");
    const id = readPrivateField(source, "filter", sessionFilter);
    // An object is true for the SDK, also as the object of an empty text. rhea decodes the filter at each reading.
    if (isObject(source) && id === "")
      Reflect.defineProperty(source, "filter", { value: { [sessionFilter]: Object(id) } });
    else if (id === undefined || id === null) await untilClosed(link);
    return link;
  });
}

async function untilClosed(link: unknown): Promise<void> {
  const isOpen = readPrivateField(link, "isOpen");
  const end = performance.now() + reasonMilliseconds;
  while (typeof isOpen === "function" && isOpen.call(link) === true && performance.now() < end) await sleep(5);
}

/** The session's id as text. Parts: ServiceBusSessionReceiver `sessionId` and `_messageSession.sessionId`. */
export function repairSessionId(receiver: ServiceBusSessionReceiver): string {
  const id = String(receiver.sessionId);
  for (const part of [receiver, readPrivateField(receiver, "_messageSession")])
    if (isObject(part)) Reflect.set(part, "sessionId", id);
  return id;
}

/** The value under these names, one inside the other; undefined where one of them is missing. */
export function readPrivateField(object: unknown, ...names: readonly string[]): unknown {
  let found = object;
  for (const name of names) {
    if (!isObject(found)) return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
