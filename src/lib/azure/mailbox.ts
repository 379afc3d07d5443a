import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { ServiceBusClient } from "@azure/service-bus";
import type { Mailbox } from "../cloud.ts";
import type { CloudEndpoints } from "../tenancy/cloud-endpoints.ts";
import { type Customer, type QueueRole, queueOf } from "../tenancy/customer.ts";
import type { Identity } from "./credentials.ts";
import { withDeadline } from "./deadline.ts";
import type { Place } from "./failure.ts";
import { openInbox } from "./inbox.ts";
import { openOutbox } from "./outbox.ts";

export type MailboxOptions = {
  readonly customer: Customer;
  readonly identity: Identity;
  readonly writes: QueueRole;
  readonly reads: QueueRole;
  readonly place: Place;
};

const closeMilliseconds = 5_000;

/** One AMQP connection to a Customer's namespace; links are opened when an end is first asked for. */
export function openMailbox(
  cloud: CloudEndpoints,
  { customer, identity, writes, reads, place }: MailboxOptions,
): Mailbox {
  sendSmallFramesAtOnce();
  const client = new ServiceBusClient(customer.namespace, identity.credential, {
    // A missing role is retried by the SDK like a broken connection: few, short retries, so that the operator hears soon.
    retryOptions: { maxRetries: 1, retryDelayInMs: 500, timeoutInMs: 30_000 },
    ...(cloud.standIn === undefined ? {} : { customEndpointAddress: cloud.standIn.serviceBusEndpoint }),
  });
  const once = <T>(open: () => T) => {
    let opened: T | undefined;
    return async () => (opened ??= open());
  };
  return {
    outbox: once(() => openOutbox(client.createSender(queueOf(customer, writes)), place)),
    inbox: once(() =>
      openInbox(
        client.createReceiver(queueOf(customer, reads), {
          receiveMode: "peekLock",
          skipParsingBodyAsJson: true,
          skipConvertingDate: true,
          maxAutoLockRenewalDurationInMs: 0,
        }),
        place,
      ),
    ),
    [Symbol.asyncDispose]: () =>
      withDeadline("closing the connection", closeMilliseconds, client.close()).catch(() => {}),
  };
}

let subscribed = false;

/** The SDK leaves Nagle's algorithm on, which costs some 40 ms for each link opened; Node tells of every new client socket. */
function sendSmallFramesAtOnce(): void {
  if (subscribed) return;
  subscribed = true;
  subscribe("net.client.socket", (message) => (message as { socket: Socket }).socket.setNoDelay(true));
}
