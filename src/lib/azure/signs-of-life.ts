import type { ServiceBusClient, ServiceBusReceiver } from "@azure/service-bus";
import { inside } from "./inside.ts";

/**
 * What an AMQP client tells when it opens a connection: how long it wants to hear nothing at most (AMQP 1.0, 2.4.5). The other
 * side then sends an empty frame in time, which spares a question. The SDK has 60 s and no option for it; that for .NET has
 * one, `ServiceBusClientOptions.ConnectionIdleTimeout`, for which any positive time will do.
 */
const silenceAtMost = 11_000;

/** Asks for signs of life on every connection of this client that is yet to be opened. */
export function askForSignsOfLife(client: ServiceBusClient): void {
  const context = inside(client, "_connectionContext");
  ask(context);
  const renew = inside(context, "refreshConnection");
  if (typeof context !== "object" || context === null || typeof renew !== "function") return;
  // After an outage the SDK makes another connection by itself.
  Reflect.set(context, "refreshConnection", () => {
    renew.call(context);
    ask(context);
  });
}

function ask(context: unknown): void {
  const open = inside(context, "connection", "_connection", "local", "open");
  if (typeof inside(open, "idle_time_out") === "number") Reflect.set(open ?? {}, "idle_time_out", silenceAtMost);
}

/**
 * Another value after each byte that came over the receiver's connection: the timer by which the AMQP library itself finds a
 * silence, made anew each time. Undefined where it cannot be seen.
 */
export const signOfLife = (receiver: ServiceBusReceiver): unknown =>
  inside(receiver, "_context", "connection", "_connection", "heartbeat_in");
