import { ServiceBusClient } from "@azure/service-bus";
import type { CloudEndpoints } from "../../domain/cloud-endpoints.ts";
import type { NamespaceHost } from "../../domain/customer.ts";
import type { Identity } from "../credentials/credentials.ts";
import { renewTokens } from "../tokens/token-renewal.ts";
import { requestIdleTimeout } from "./amqp-idle-timeout.ts";
import { closeQuietly } from "./close-quietly.ts";
import { guardConnections } from "./connection-guard.ts";
import { openLinksEarly } from "./early-links.ts";
import { passBareMessages } from "./raw-messages.ts";
import {
  acceptEmptySessionIds,
  closeConnection,
  configureConnections,
  disableNagle,
  keepSenderAddresses,
  openConnection,
  openOnSocket,
  putTokensTogether,
} from "./sdk-internals.ts";
import type { TransportSelection } from "./transport-selection.ts";

/** One AMQP connection to a namespace, over TCP or inside a WebSocket. It opens at once, and no link is open yet. */
export function openClient(
  { sandbox }: CloudEndpoints,
  namespace: NamespaceHost,
  { credential }: Identity,
  { webSocketOptions, earlyLinks, takeSocket }: TransportSelection,
): ServiceBusClient {
  passBareMessages();
  const client = new ServiceBusClient(namespace, renewTokens(credential), {
    // retry.ts repeats calls instead: the SDK repeats every refusal, after the same pause.
    retryOptions: { maxRetries: 0, retryDelayInMs: 500, timeoutInMs: 30_000 },
    ...(sandbox === undefined ? {} : { customEndpointAddress: sandbox.serviceBusEndpoint }),
    ...(webSocketOptions === undefined ? {} : { webSocketOptions }),
  });
  guardConnections(client);
  requestIdleTimeout(client);
  // Nagle's algorithm adds about 40 ms to each link that opens. A WebSocket disables it on its own.
  configureConnections(client, disableNagle);
  if (takeSocket) configureConnections(client, (connection) => openOnSocket(connection, takeSocket));
  acceptEmptySessionIds(client);
  if (earlyLinks) openLinksEarly(client, earlyLinks);
  putTokensTogether(client);
  keepSenderAddresses(client);
  // The first call reports what fails here.
  openConnection(client).catch(() => {});
  return client;
}

/** Closes the connection, and whatever the SDK keeps for it. Nothing is waited for: settlements have been answered before. */
export async function closeClient(client: ServiceBusClient): Promise<void> {
  closeConnection(client);
  await closeQuietly("the connection", client);
}
