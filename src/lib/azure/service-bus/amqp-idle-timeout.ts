import type { ServiceBusClient } from "@azure/service-bus";
import { configureConnections, onConnectionError, setIdleTimeout } from "./sdk-internals.ts";

/**
 * The idle timeout that a client requests when it opens a connection (AMQP 1.0, 2.4.5). The service then sends an empty frame
 * in time, so that a silent connection needs no request to be found. The SDK requests 60 s and has no option for it; the SDK
 * for .NET has one, `ServiceBusClientOptions.ConnectionIdleTimeout`, which takes any positive time.
 */
const idleTimeoutMilliseconds = 11_000;

/** How a service refuses a timeout that is too short for it (Azure/azure-amqp; its shortest is 5 s). */
const refusal = /idle timeout '\d+' is not supported/i;

/** Whether a service has refused the timeout: then no later connection of this process requests it. */
const all = { refuse: false };

/** Requests the idle timeout on every connection that this client opens from now on, until a service refuses it. */
export function requestIdleTimeout(client: ServiceBusClient, services: { refuse: boolean } = all): void {
  configureConnections(client, (connection) => {
    if (services.refuse || !setIdleTimeout(connection, idleTimeoutMilliseconds)) return;
    onConnectionError(connection, (description, reconnect) => {
      if (!refusal.test(description)) return;
      services.refuse = true;
      // The SDK does not reconnect after a proper close, and its calls would wait for a minute. Not at once: the refusal
      // arrives with the answer to the opening, before the SDK has started the call that it opened the connection for.
      setImmediate(reconnect);
    });
  });
}
