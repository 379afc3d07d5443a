import type { CloudEndpoints } from "../../domain/cloud-endpoints.ts";
import { type Customer, type QueueRole, queueOf } from "../../domain/customer.ts";
import type { Mailbox } from "../../ports/azure-services.ts";
import type { Identity } from "../credentials/credentials.ts";
import type { Place } from "../error-mapping.ts";
import { closeClient, openClient } from "./namespace-client.ts";
import { openInbox } from "./receiver.ts";
import { openOutbox } from "./sender.ts";
import { acceptSession, receiving, sessionsInTurn } from "./sessions.ts";
import type { Route } from "./transport-selection.ts";

export type MailboxOptions = {
  readonly customer: Customer;
  readonly identity: Identity;
  readonly writes: QueueRole;
  readonly reads: QueueRole;
  readonly place: Place;
  readonly route: Route;
};

/** One AMQP connection to a Customer's namespace; links are opened when an end is first asked for. */
export function openMailbox(
  cloud: CloudEndpoints,
  { customer, identity, writes, reads, place, route }: MailboxOptions,
): Mailbox {
  const client = openClient(cloud, customer.namespace, identity, route);
  const closing = new AbortController();
  const outbox = onceFor((role: QueueRole) => openOutbox(client.createSender(queueOf(customer, role)), place));
  const inbox = onceFor((role: QueueRole) =>
    openInbox(client.createReceiver(queueOf(customer, role), receiving), place),
  );
  const deadLetters = onceFor((role: QueueRole) =>
    openInbox(client.createReceiver(queueOf(customer, role), { ...receiving, subQueueType: "deadLetter" }), place),
  );
  return {
    transport: route.transport,
    outbox: async (role = writes) => outbox(role),
    inbox: async (role = reads) => inbox(role),
    deadLetters: async (role) => deadLetters(role),
    session: (id) => acceptSession(client, queueOf(customer, reads), id, place),
    nextSession: sessionsInTurn(client, queueOf(customer, reads), { place, signal: closing.signal }),
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
