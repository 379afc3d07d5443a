import { type Customer, type QueueRole, queueOf } from "../domain/customer.ts";
import type {
  Batch,
  LockedMessage,
  NamespaceConnection,
  ProviderQueueSender,
  Receiver,
  Sender,
  Session,
} from "../ports/azure-services.ts";
import { mapSettlement } from "../ports/map-settlement.ts";
import type { LinkEnd, Observer, SendObserver } from "./observer.ts";

type Sides = { readonly writes: QueueRole; readonly reads: QueueRole };

/** The same connection with an observer of its messages. */
export function observeConnection(
  connection: NamespaceConnection,
  { customer, observer, writes, reads }: Sides & { readonly customer: Customer; readonly observer: Observer },
): NamespaceConnection {
  const { name, namespace } = customer;
  const end = (role: QueueRole, under = ""): LinkEnd => ({
    ...{ customer: name, namespace },
    queue: `${queueOf(customer, role)}${under}`,
  });
  const session = (one: Session): Session => ({
    ...observedInbox(one, end(reads), observer),
    id: one.id,
    [Symbol.asyncDispose]: () => one[Symbol.asyncDispose](),
  });
  return {
    transport: connection.transport,
    sender: async (role = writes) => observedOutbox(await connection.sender(role), end(role), observer),
    receiver: async (role = reads) => observedInbox(await connection.receiver(role), end(role), observer),
    deadLetters: async (role) =>
      observedInbox(await connection.deadLetters(role), end(role, "/$deadletterqueue"), observer),
    probeReceiver: (role) => connection.probeReceiver(role),
    session: async (id) => session(await connection.session(id)),
    nextSession: async (milliseconds) => {
      const call = { operation: "accept_session", end: end(reads) } as const;
      const next = await observer.call(call, () => connection.nextSession(milliseconds));
      return next && session(next);
    },
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

export const observeProviderQueue = (
  sender: ProviderQueueSender,
  end: LinkEnd,
  observer: Observer,
): ProviderQueueSender => ({
  ...observedOutbox(sender, end, observer),
  [Symbol.asyncDispose]: () => sender[Symbol.asyncDispose](),
});

function observedOutbox(sender: Sender, end: LinkEnd, observer: Observer): Sender {
  const leaving = (message: Parameters<Sender["send"]>[0]): SendObserver => observer.leaving(end, message);
  return {
    probe: () => sender.probe(),
    maxMessageBytes: () => sender.maxMessageBytes(),
    size: (message) => sender.size(leaving(message).message),
    send: (message) => {
      const one = leaving(message);
      one.goes();
      return observer.call({ operation: "send", end, sent: [one] }, () => sender.send(one.message));
    },
    batch: async () => observedBatch(await sender.batch(), end, observer),
    schedule: (messages, at) => {
      const sent = messages.map(leaving);
      for (const one of sent) one.goes();
      const all = sent.map(({ message }) => message);
      return observer.call({ operation: "schedule", end, sent }, () => sender.schedule(all, at));
    },
    cancelScheduled: (number) =>
      observer.call({ operation: "cancel_scheduled", end }, () => sender.cancelScheduled(number)),
  };
}

function observedBatch(batch: Batch, end: LinkEnd, observer: Observer): Batch {
  const sent: SendObserver[] = [];
  return {
    add: (message) => {
      const one = observer.leaving(end, message);
      const fits = batch.add(one.message);
      if (fits) sent.push(one);
      return fits;
    },
    send: () => {
      for (const one of sent) one.goes();
      return observer.call({ operation: "send", end, sent }, () => batch.send());
    },
  };
}

function observedInbox(receiver: Receiver, end: LinkEnd, observer: Observer): Receiver {
  const arrived = (held: LockedMessage) => observer.arrived(end, observeSettlement(held, end, observer));
  return {
    peek: (max, from) => observer.call({ operation: "peek", end }, () => receiver.peek(max, from)),
    receive: async (...args) => {
      const received = await observer.call({ operation: "receive", end }, () => receiver.receive(...args));
      return received.map(arrived);
    },
    open: () => receiver.open(),
    receiveDeferred: async (number) =>
      arrived(await observer.call({ operation: "receive", end }, () => receiver.receiveDeferred(number))),
    // Observers may be nested: the caller also gets each event.
    tail: async function* (signal, { onOpened, onActivity, keepalive } = {}) {
      const watching = {
        onOpened: () => {
          observer.attached(end);
          onOpened?.();
        },
        onActivity: () => {
          observer.heard(end);
          onActivity?.();
        },
      };
      for await (const some of receiver.tail(signal, { ...watching, keepalive })) yield some.map(arrived);
    },
  };
}

const observeSettlement = (locked: LockedMessage, end: LinkEnd, observer: Observer): LockedMessage =>
  mapSettlement(locked, (operation, call) => observer.call({ operation, end }, call));
