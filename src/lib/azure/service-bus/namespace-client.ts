import { ServiceBusClient } from "@azure/service-bus";
import { withTimeout } from "../../concurrency/timeout.ts";
import type { CloudEndpoints } from "../../domain/cloud-endpoints.ts";
import type { NamespaceHost } from "../../domain/customer.ts";
import type { Identity } from "../credentials/credentials.ts";
import { renewTokens } from "../credentials/token-renewal.ts";
import { requestIdleTimeout } from "./amqp-idle-timeout.ts";
import { configureConnections } from "./configure-connections.ts";
import { readPrivateField } from "./read-private-field.ts";
import type { TransportSelection } from "./transport-selection.ts";

const closeMilliseconds = 5_000;

/** One AMQP connection to a namespace, made when its first link is, over TCP or inside a WebSocket. */
export function openClient(
  { sandbox }: CloudEndpoints,
  namespace: NamespaceHost,
  { credential }: Identity,
  { webSocketOptions }: TransportSelection,
): ServiceBusClient {
  const client = new ServiceBusClient(namespace, renewTokens(credential), {
    // What is worth a repetition, and when, `again.ts` knows better: the SDK repeats whatever was refused, and after any failure alike.
    retryOptions: { maxRetries: 0, retryDelayInMs: 500, timeoutInMs: 30_000 },
    ...(sandbox === undefined ? {} : { customEndpointAddress: sandbox.serviceBusEndpoint }),
    ...(webSocketOptions === undefined ? {} : { webSocketOptions }),
  });
  requestIdleTimeout(client);
  disableNagle(client);
  return client;
}

/** Closing hangs on a silent connection: it is given up after a while, and its failure tells nothing. */
export const closeClient = (client: ServiceBusClient): Promise<void> =>
  withTimeout("closing the connection", closeMilliseconds, client.close()).catch(() => {});

/**
 * The SDK leaves Nagle's algorithm on, which adds about 40 ms to each link that opens. The AMQP library passes these options
 * to `tls.connect`. A WebSocket disables the algorithm on its own.
 */
function disableNagle(client: ServiceBusClient): void {
  configureConnections(client, (connection) => {
    const options = readPrivateField(connection, "options");
    if (typeof options === "object" && options !== null) Reflect.set(options, "noDelay", true);
  });
}
