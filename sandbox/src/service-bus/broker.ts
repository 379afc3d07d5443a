import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import type { Connection } from "rhea";
import type { SigningKeys } from "../entra/keys.ts";
import type { Model, Queue } from "../model.ts";
import type { QueueCounts } from "../queue-counts.ts";
import { idleTimeOutNotSupported, linkDropped, tooManyConnections } from "./amqp-errors.ts";
import { type BusConnection, type BusServices, createBusConnection } from "./connection/bus-connection.ts";
import { closeConnection } from "./connection/close-connection.ts";
import { azureLimits, type ServiceLimits } from "./connection/service-limits.ts";
import {
  type ActiveFaults,
  type BusFaults,
  createBusFaults,
  type FaultTarget,
  matchesTarget,
} from "./faults/bus-faults.ts";
import { stall } from "./faults/stall-socket.ts";
import { closeLink } from "./links/close-link.ts";
import { serveLinks } from "./links/serve-links.ts";
import { parseMessage } from "./messages/message-payload.ts";
import { createJournal, type Rows } from "./queues/journal.ts";
import { createQueueStores, type MessageWatcher } from "./queues/queue-stores.ts";
import { protectConnection } from "./rhea/protect-connection.ts";
import { createServerConnection, createServerContainer, type Transport } from "./rhea/server-container.ts";
import { createClock } from "./timers/clock.ts";

/** A broker that acts as Azure Service Bus queues over AMQP 1.0, for any number of namespaces. */
export type Broker = {
  /** Accepts a decrypted stream whose first bytes are an AMQP header; bytes that were read were unshifted. */
  accept(socket: Duplex, transport?: Transport): void;
  /** The message counts of the queue. */
  counts(queue: Queue): QueueCounts;
  /** Puts encoded messages into the queue as a sender would. Throws `MalformedAmqp`. */
  put(queue: Queue, encoded: readonly Buffer[]): "stored" | "full";
  /** The number of open connections. */
  connections(): number;
  /**
   * Checks every link again, and closes those that lost access. Call this when a queue was deleted or
   * disabled; without it an idle link hears of such a change at its next operation or when its token ends.
   */
  recheck(): void;
  /** The faults that tests and scenarios cause. */
  readonly faults: BusFaults;
  /** Saves the changes since the last commit; does nothing without rows. Throws when it cannot. */
  commit(): void;
  /** Closes all connections and stops the timers. */
  close(): Promise<void>;
};

export type BrokerOptions = {
  readonly model: Model;
  readonly keys: SigningKeys;
  readonly now: () => Date;
  /** Receives one line for each refusal or fault; never tokens or messages. */
  readonly log: (line: string) => void;
  /** Azure's limits by default. */
  readonly limits?: Partial<ServiceLimits>;
  /** Called for every event of a message, when it happens. */
  readonly watch?: MessageWatcher;
  /** The operations that a scenario refuses; none by default. */
  readonly refusal?: ActiveFaults["refusal"];
  /** Saves the messages. By default, they end with the broker. */
  readonly rows?: Rows;
};

/** Changes rhea for the whole process (rhea/README.md). No AMQP client can use the same copy of rhea afterwards. */
export function createBroker({ model, keys, now, ...options }: BrokerOptions): Broker {
  const log = (line: string) => options.log(line.replace(/[^ -~]/g, "?"));
  const clock = createClock(now);
  const container = createServerContainer(log);
  const journal = options.rows && createJournal(options.rows, () => setImmediate(commitOrCut));
  const open = new Map<Duplex, { readonly connection: Connection; readonly bus: BusConnection }>();

  const stores = createQueueStores({ model, clock, journal, watch: options.watch });

  const faults = createBusFaults(clock, {
    ...{ dropLinks, dropConnections, stallConnections },
    refusal: options.refusal ?? (() => undefined),
  });
  const limits = { ...azureLimits, ...options.limits };
  const services: BusServices = {
    ...{ model, keys, clock, now, log, limits },
    storeOf: stores.of,
    activeFaults: faults,
    receivers: new Map(),
  };

  const about = (target: FaultTarget) => [...open].filter(([, { bus }]) => matchesTarget(target, { host: bus.host }));
  const stallSocket = (socket: Duplex, { host }: BusConnection) =>
    stall(socket, clock, () => faults.stalledUntil(host));

  function dropLinks(target: FaultTarget) {
    const links = about(target).flatMap(([, { bus }]) =>
      [...bus.links].filter(([link, { queue }]) => link.is_open() && matchesTarget(target, { host: bus.host, queue })),
    );
    for (const [link] of links) closeLink(link, linkDropped(link.name, now()));
    return links.length;
  }

  function dropConnections(target: FaultTarget) {
    const dropped = about(target);
    for (const [socket] of dropped) socket.destroy();
    return dropped.length;
  }

  function stallConnections(target: FaultTarget) {
    for (const [socket, { bus }] of about(target)) stallSocket(socket, bus);
  }

  /** The host of a connection, and the options of the client, are known after the open. */
  function onOpen(socket: Duplex, connection: Connection, bus: BusConnection) {
    stallSocket(socket, bus);
    const refusal = refusalOf(connection, about({ host: bus.host }).length);
    if (refusal === undefined) return;
    log(`bus: ${bus.host}: connection refused: ${refusal.condition}`);
    closeConnection(socket, connection, refusal);
  }

  function refusalOf(connection: Connection, connections: number) {
    if (connections > limits.connections) return tooManyConnections(limits.connections, now());
    const asked = connection.remote.open?.idle_time_out;
    const isTooShort = typeof asked === "number" && asked > 0 && asked < limits.shortestIdleTimeOut;
    return isTooShort ? idleTimeOutNotSupported(asked, limits.shortestIdleTimeOut) : undefined;
  }

  function accept(socket: Duplex, transport: Transport = "tcp") {
    const connection = createServerConnection(container, `bus-${randomUUID()}`, transport);
    const bus = createBusConnection(services, connection, socket);
    protectConnection(connection, socket, { log, commit: journal && commitOrCut });
    serveLinks(bus, connection);
    open.set(socket, { connection, bus });
    connection.on("connection_open", () => onOpen(socket, connection, bus));
    if (!limits.earlySessions) refuseEarlySessions(socket, connection);
    socket.on("error", () => {});
    socket.on("close", () => {
      open.delete(socket);
      connection._disconnected();
      bus.end();
    });
    connection.accept(socket);
  }

  /** What arrives together with the open was sent before the client had the answer to it. */
  function refuseEarlySessions(socket: Duplex, connection: Connection) {
    connection.once("connection_open", () => {
      const refuse = () => closeConnection(socket, connection, earlySession);
      connection.once("session_open", refuse);
      setImmediate(() => connection.off("session_open", refuse));
    });
  }

  /** An operation is reported as done only after it is saved. */
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
    stores.recheck();
  }

  async function close() {
    const closed = [...open].map(([socket, { connection }]) => closeConnection(socket, connection, shuttingDown));
    await Promise.all(closed);
    stores.close();
    journal?.commit();
  }

  return {
    ...{ accept, recheck, faults, close },
    counts: (queue) => stores.of(queue).counts(),
    put: (queue, encoded) => (stores.of(queue).enqueue(encoded.map(parseMessage)) === "full" ? "full" : "stored"),
    connections: () => open.size,
    commit: () => journal?.commit(),
  };
}

const earlySession = {
  condition: "amqp:not-allowed",
  description: "A session was begun before the connection was open.",
};
const shuttingDown = { condition: "amqp:connection:forced", description: "The broker is shutting down." };
