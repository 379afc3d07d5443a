import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import type { Connection, Receiver, Sender, Session } from "rhea";
import type { SigningKeys } from "../entra/keys.ts";
import { type Model, namespacesOf, type Queue } from "../model.ts";
import type { QueueCounts } from "../queue-counts.ts";
import { type BusConnection, type BusServices, createBusConnection } from "./bus-connection.ts";
import { putToken } from "./cbs.ts";
import { createClock } from "./clock.ts";
import { closeConnection } from "./close-connection.ts";
import { closeLink } from "./close-link.ts";
import { cbsAddress, parseEntityAddress } from "./entity-address.ts";
import { linkDropped, notImplemented, tooManyConnections } from "./errors.ts";
import { type BusFaults, type BusTarget, type BusTrouble, createBusFaults, isAbout } from "./faults.ts";
import { createJournal, type Journal, type Rows } from "./journal.ts";
import { azureLimits, type BusLimits } from "./limits.ts";
import { createLinkAuthority } from "./link-authority.ts";
import { serveManagementLink } from "./management.ts";
import { type MessagePayload, parseMessage } from "./message-payload.ts";
import { protectConnection } from "./protect-connection.ts";
import { createQueueStore, type QueueStore } from "./queue-store.ts";
import { serveReceiverLink } from "./receiver-link.ts";
import { serveReplyLink, serveRequestLink } from "./request-reply.ts";
import { createServerConnection, createServerContainer } from "./rhea-server.ts";
import { serveSenderLink } from "./sender-link.ts";
import { stall } from "./stall.ts";
import type { Entry, MessageEvent } from "./stored-message.ts";

/** A stand-in for the data plane of Azure Service Bus queues: AMQP 1.0 for any number of namespaces. */
export type Broker = {
  /** Takes a stream, TLS already ended, whose first bytes are an AMQP header; bytes already read were unshifted. */
  accept(socket: Duplex): void;
  /** What the queue holds now. */
  counts(queue: Queue): QueueCounts;
  /** Puts encoded messages into the queue as a sender would. Throws `MalformedAmqp`. */
  put(queue: Queue, encoded: readonly Buffer[]): "stored" | "full";
  /** How many connections are open. */
  connections(): number;
  /**
   * Looks at every link again, and closes those that may not be used any more. To be called when a queue was deleted or
   * disabled; without it an idle link hears of such a change at its next operation or when its token ends.
   */
  recheck(): void;
  /** What goes wrong on purpose; nothing does until it is told to. */
  readonly faults: BusFaults;
  /** Puts on the disk what changed since the last time; does nothing without rows. Throws when it cannot. */
  commit(): void;
  /** Closes all connections and stops the timers. */
  close(): Promise<void>;
};

export type BrokerOptions = {
  readonly model: Model;
  readonly keys: SigningKeys;
  readonly now: () => Date;
  /** Takes one line for each refusal or fault; never sees tokens or messages. */
  readonly log: (line: string) => void;
  /** Azure's limits without it. */
  readonly limits?: Partial<BusLimits>;
  /** Told of everything that happens to a message, when it happens. */
  readonly watch?: BusWatch | undefined;
  /** What a scenario refuses; nothing without it. */
  readonly refusal?: BusTrouble["refusal"];
  /** Keeps the messages; without it they end with the broker. */
  readonly rows?: Rows | undefined;
};

export type BusWatch = (
  what: MessageEvent,
  queue: Queue,
  message: Pick<Entry<MessagePayload>, "messageId" | "sequenceNumber" | "deliveryCount">,
) => void;

/** Changes rhea for the whole process, see `rhea-server.ts`: no AMQP client can use the same copy of it any more. */
export function createBroker({ model, keys, now, ...options }: BrokerOptions): Broker {
  const log = (line: string) => options.log(line.replace(/[^ -~]/g, "?"));
  const clock = createClock(now);
  const container = createServerContainer(log);
  const stores = new Map<Queue, QueueStore<MessagePayload>>();
  const journal = options.rows && createJournal(options.rows, () => setImmediate(commitOrCut));
  const open = new Map<Duplex, { readonly connection: Connection; readonly bus: BusConnection }>();

  function storeOf(queue: Queue): QueueStore<MessagePayload> {
    const known = stores.get(queue);
    if (known) return known;
    const findStore = (name: string) => {
      const target = namespaceOf(model, queue)?.queues.get(name.toLowerCase());
      return target && takesMessages(target) ? storeOf(target) : undefined;
    };
    const store: QueueStore<MessagePayload> = createQueueStore({
      ...{ clock, name: queue.name, findStore },
      settings: () => queue.settings,
      watch: options.watch && ((what, entry) => options.watch?.(what, queue, entry)),
      journal: journal?.of(queue.resourceId),
    });
    stores.set(queue, store);
    return store;
  }

  const faults = createBusFaults(clock, {
    ...{ dropLinks, dropConnections, stallConnections },
    refusal: options.refusal ?? (() => undefined),
  });
  const limits = { ...azureLimits, ...options.limits };
  const services: BusServices = {
    ...{ model, keys, clock, now, log, storeOf, limits },
    trouble: faults,
    receivers: new Map(),
  };

  const about = (target: BusTarget) => [...open].filter(([, { bus }]) => isAbout(target, { host: bus.host }));
  const stallSocket = (socket: Duplex, { host }: BusConnection) =>
    stall(socket, clock, () => faults.stalledUntil(host));

  function dropLinks(target: BusTarget) {
    const links = about(target).flatMap(([, { bus }]) =>
      [...bus.links].filter(([link, { queue }]) => link.is_open() && isAbout(target, { host: bus.host, queue })),
    );
    for (const [link] of links) closeLink(link, linkDropped(link.name, now()));
    return links.length;
  }

  function dropConnections(target: BusTarget) {
    const dropped = about(target);
    for (const [socket] of dropped) socket.destroy();
    return dropped.length;
  }

  function stallConnections(target: BusTarget) {
    for (const [socket, { bus }] of about(target)) stallSocket(socket, bus);
  }

  /** The host of a connection is known once it is opened. */
  function onOpen(socket: Duplex, connection: Connection, bus: BusConnection) {
    stallSocket(socket, bus);
    if (about({ host: bus.host }).length <= limits.connections) return;
    log(`bus: ${bus.host}: connection refused: quota`);
    closeConnection(socket, connection, tooManyConnections(limits.connections, now()));
  }

  function accept(socket: Duplex) {
    const connection = createServerConnection(container, `bus-${randomUUID()}`);
    const bus = createBusConnection(services, connection, socket);
    protectConnection(connection, socket, { log, commit: journal && commitOrCut });
    serveLinks(bus, connection);
    open.set(socket, { connection, bus });
    connection.on("connection_open", () => onOpen(socket, connection, bus));
    socket.on("error", () => {});
    socket.on("close", () => {
      open.delete(socket);
      connection._disconnected();
      bus.end();
    });
    connection.accept(socket);
  }

  /** Nobody hears that something is done which is not kept. */
  function commitOrCut() {
    try {
      journal?.commit();
    } catch (error) {
      log(`bus: connections dropped: the data file cannot be written: ${String(error)}`);
      dropConnections({});
    }
  }

  function recheck() {
    for (const { bus } of open.values()) for (const look of bus.rechecks) look();
    const left = new Set(queuesOf(model));
    for (const [queue, store] of stores) {
      if (left.has(queue)) continue;
      store.close();
      stores.delete(queue);
      journal?.drop(queue.resourceId);
    }
  }

  async function close() {
    const closed = [...open].map(([socket, { connection }]) => closeConnection(socket, connection, shuttingDown));
    await Promise.all(closed);
    for (const store of stores.values()) store.close();
    journal?.commit();
  }

  if (journal) restore(model, journal, storeOf);
  return {
    ...{ accept, recheck, faults, close },
    counts: (queue) => storeOf(queue).counts(),
    put: (queue, encoded) => (storeOf(queue).enqueue(encoded.map(parseMessage)) === "full" ? "full" : "stored"),
    connections: () => open.size,
    commit: () => journal?.commit(),
  };
}

/** Opens the queues of which something was kept, and forgets what was kept of others. */
function restore(model: Model, journal: Journal, storeOf: (queue: Queue) => QueueStore<MessagePayload>) {
  const kept = new Set(journal.queues());
  const stores = [...queuesOf(model)].filter(({ resourceId }) => kept.delete(resourceId)).map(storeOf);
  for (const gone of kept) journal.drop(gone);
  for (const { messages, deadLetters } of stores) for (const part of [messages, deadLetters]) part.serve();
}

function namespaceOf(model: Model, queue: Queue) {
  for (const tenant of model.tenants.values())
    for (const namespace of namespacesOf(tenant))
      if (namespace.queues.get(queue.name.toLowerCase()) === queue) return namespace;
  return undefined;
}

const takesMessages = ({ settings: { status } }: Queue) => status === "Active" || status === "ReceiveDisabled";

function* queuesOf(model: Model) {
  for (const tenant of model.tenants.values()) for (const { queues } of namespacesOf(tenant)) yield* queues.values();
}

const shuttingDown = { condition: "amqp:connection:forced", description: "The broker is shutting down." };

function serveLinks(bus: BusConnection, connection: Connection) {
  connection.on("receiver_open", ({ receiver }: { receiver: Receiver }) => serveReceiving(bus, receiver));
  connection.on("sender_open", ({ sender }: { sender: Sender }) => serveSending(bus, sender));
  connection.on("session_close", ({ session }: { session: Session }) => bus.end(session));
  connection.on("disconnected", () => bus.end());
}

/** A link on which this side receives: for messages, for tokens or for requests. */
function serveReceiving(bus: BusConnection, link: Receiver) {
  const address: unknown = link.target?.address;
  link.set_source({ address: link.source?.address }); // some clients take a reply without either end for a refusal
  if (typeof address !== "string") return link.close(notImplemented("Only links to a named node are served."));
  if (address === cbsAddress) return serveRequestLink(bus, link, (request) => putToken(bus, request));
  const entity = parseEntityAddress(address);
  return entity.isManagement ? serveManagementLink(bus, link, entity) : serveSenderLink(bus, link, entity);
}

/** A link on which this side sends: messages or replies. */
function serveSending(bus: BusConnection, link: Sender) {
  const address: unknown = link.source?.address;
  link.set_target({ address: link.target?.address });
  if (typeof address !== "string") return link.close(notImplemented("Only links to a named node are served."));
  if (address === cbsAddress) return serveReplyLink(bus, link);
  const entity = parseEntityAddress(address);
  if (!entity.isManagement) return serveReceiverLink(bus, link, entity);
  const authority = createLinkAuthority(bus, link, { address: entity, wanted: ["Listen", "Send"] });
  return authority.admit() && serveReplyLink(bus, link, authority.touch);
}
