import type { CloudEndpoints } from "../../domain/cloud-endpoints.ts";
import { type Customer, type QueueRole, queueOf } from "../../domain/customer.ts";
import type { NamespaceConnection } from "../../ports/azure-services.ts";
import type { Identity } from "../credentials/credentials.ts";
import type { ErrorContext } from "../error-mapping.ts";
import { closeClient, openClient } from "./namespace-client.ts";
import { openReceiver, probeReceiver } from "./receiver.ts";
import { openSender } from "./sender.ts";
import { acceptSession, createSessionAcceptor, receiveFromLink } from "./sessions.ts";
import type { TransportSelection } from "./transport-selection.ts";

export type NamespaceConnectionOptions = {
  readonly customer: Customer;
  readonly identity: Identity;
  readonly writes: QueueRole;
  readonly reads: QueueRole;
  readonly context: ErrorContext;
  readonly route: TransportSelection;
};

/** One AMQP connection to a customer's namespace; each link opens on first use. */
export function openNamespaceConnection(
  cloud: CloudEndpoints,
  { customer, identity, writes, reads, context, route }: NamespaceConnectionOptions,
): NamespaceConnection {
  const client = openClient(cloud, customer.namespace, identity, route);
  const closing = new AbortController();
  const sender = onceFor((role: QueueRole) => openSender(client.createSender(queueOf(customer, role)), context));
  const contextOf = (queue: string, deadLetters = false): ErrorContext => ({
    ...context,
    forwarding: {
      queue: deadLetters ? `the dead-letter queue of ${queue}` : queue,
      target: async () => {
        const { readForwardTarget } = await import("./queue-counts.ts");
        return readForwardTarget(cloud, queue, { identity, namespace: customer.namespace, deadLetters });
      },
    },
  });
  const receiver = onceFor((role: QueueRole) => {
    const queue = queueOf(customer, role);
    return openReceiver(client.createReceiver(queue, receiveFromLink), contextOf(queue));
  });
  const deadLetters = onceFor((role: QueueRole) => {
    const queue = queueOf(customer, role);
    const options = { ...receiveFromLink, subQueueType: "deadLetter" } as const;
    return openReceiver(client.createReceiver(queue, options), contextOf(queue, true));
  });
  return {
    transport: route.transport,
    sender: async (role = writes) => sender(role),
    receiver: async (role = reads) => receiver(role),
    deadLetters: async (role) => deadLetters(role),
    probeReceiver: async (role = reads) => {
      const queue = queueOf(customer, role);
      await probeReceiver(client.createReceiver(queue, receiveFromLink), contextOf(queue));
    },
    session: (id) => acceptSession(client, queueOf(customer, reads), id, context),
    nextSession: createSessionAcceptor(client, queueOf(customer, reads), { context, signal: closing.signal }),
    [Symbol.asyncDispose]: () => {
      closing.abort();
      return closeClient(client);
    },
  };
}

/** One end for each queue of a connection. */
function onceFor<Key, End>(open: (key: Key) => End): (key: Key) => End {
  const opened = new Map<Key, End>();
  return (key) => {
    const end = opened.get(key) ?? open(key);
    opened.set(key, end);
    return end;
  };
}
