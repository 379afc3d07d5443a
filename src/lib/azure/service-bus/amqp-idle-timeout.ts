import { EventEmitter } from "node:events";
import type { ServiceBusClient, ServiceBusReceiver } from "@azure/service-bus";
import { configureConnections } from "./configure-connections.ts";
import { readPrivateField } from "./read-private-field.ts";

/**
 * What an AMQP client tells when it opens a connection: how long it wants to hear nothing at most (AMQP 1.0, 2.4.5). The other
 * side then sends an empty frame in time, which spares a question. The SDK has 60 s and no option for it; that for .NET has
 * one, `ServiceBusClientOptions.ConnectionIdleTimeout`, for which any positive time will do.
 */
const silenceAtMost = 11_000;

/** What Azure's own library says to whoever wants to hear something too often (Azure/azure-amqp; there 5 s are the least). */
const refusal = /idle timeout '\d+' is not supported/i;

/** Asks for signs of life on every connection of this client that is yet to be opened, until a service refuses it. */
export function requestIdleTimeout(client: ServiceBusClient, services: { refuse: boolean } = all): void {
  configureConnections(client, (connection) => request(connection, services));
}

/** Whether a service has refused it: then no connection of this process asks again, and silent tails ask questions instead. */
const all = { refuse: false };

function request(connection: unknown, services: { refuse: boolean }): void {
  const open = readPrivateField(connection, "local", "open");
  if (services.refuse || typeof readPrivateField(open, "idle_time_out") !== "number") return;
  Reflect.set(open ?? {}, "idle_time_out", silenceAtMost);
  if (!(connection instanceof EventEmitter)) return;
  connection.once("connection_error", (event: unknown) => {
    if (!refusal.test(String(readPrivateField(event, "error", "description")))) return;
    services.refuse = true;
    // A connection that was closed in good order is no outage to the SDK, and what is begun on it would wait for a minute. Not at
    // once: the refusal comes with the answer to the opening, before the SDK has begun what it opened it for.
    setImmediate(() => connection.emit("disconnected", event));
  });
}

/**
 * Another value after each byte that came over the receiver's connection: the timer by which the AMQP library itself finds a
 * silence, made anew each time. Undefined where it cannot be seen.
 */
export const keepaliveFrame = (receiver: ServiceBusReceiver): unknown =>
  readPrivateField(receiver, "_context", "connection", "_connection", "heartbeat_in");
