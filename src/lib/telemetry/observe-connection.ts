import { type Customer, type QueueRole, queueOf } from "../domain/customer.ts";
import type { Batch, Held, Inbox, Mailbox, Outbox, OwnOutbox, Session } from "../ports/azure-services.ts";
import type { End, Leaving, Observer, Operation } from "./observer.ts";

type Sides = { readonly writes: QueueRole; readonly reads: QueueRole };

/** The same mailbox, with somebody who is told what goes through it. */
export function observedMailbox(
  mailbox: Mailbox,
  { customer, observer, writes, reads }: Sides & { readonly customer: Customer; readonly observer: Observer },
): Mailbox {
  const { name, namespace } = customer;
  const end = (role: QueueRole, under = ""): End => ({
    ...{ customer: name, namespace },
    queue: `${queueOf(customer, role)}${under}`,
  });
  const session = (one: Session): Session => ({
    ...observedInbox(one, end(reads), observer),
    id: one.id,
    [Symbol.asyncDispose]: () => one[Symbol.asyncDispose](),
  });
  return {
    transport: mailbox.transport,
    outbox: async (role = writes) => observedOutbox(await mailbox.outbox(role), end(role), observer),
    inbox: async (role = reads) => observedInbox(await mailbox.inbox(role), end(role), observer),
    deadLetters: async (role) =>
      observedInbox(await mailbox.deadLetters(role), end(role, "/$deadletterqueue"), observer),
    session: async (id) => session(await mailbox.session(id)),
    nextSession: async (milliseconds) => {
      const call = { operation: "accept_session", end: end(reads) } as const;
      const next = await observer.call(call, () => mailbox.nextSession(milliseconds));
      return next && session(next);
    },
    [Symbol.asyncDispose]: () => mailbox[Symbol.asyncDispose](),
  };
}

export const observedOwnOutbox = (outbox: OwnOutbox, end: End, observer: Observer): OwnOutbox => ({
  ...observedOutbox(outbox, end, observer),
  [Symbol.asyncDispose]: () => outbox[Symbol.asyncDispose](),
});

function observedOutbox(outbox: Outbox, end: End, observer: Observer): Outbox {
  const leaving = (message: Parameters<Outbox["send"]>[0]): Leaving => observer.leaving(end, message);
  return {
    probe: () => outbox.probe(),
    maxMessageBytes: () => outbox.maxMessageBytes(),
    size: (message) => outbox.size(leaving(message).message),
    send: (message) => {
      const one = leaving(message);
      one.goes();
      return observer.call({ operation: "send", end, sent: [one] }, () => outbox.send(one.message));
    },
    batch: async () => observedBatch(await outbox.batch(), end, observer),
    schedule: (messages, at) => {
      const sent = messages.map(leaving);
      for (const one of sent) one.goes();
      const all = sent.map(({ message }) => message);
      return observer.call({ operation: "schedule", end, sent }, () => outbox.schedule(all, at));
    },
    cancelScheduled: (number) =>
      observer.call({ operation: "cancel_scheduled", end }, () => outbox.cancelScheduled(number)),
  };
}

function observedBatch(batch: Batch, end: End, observer: Observer): Batch {
  const sent: Leaving[] = [];
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

function observedInbox(inbox: Inbox, end: End, observer: Observer): Inbox {
  const arrived = (held: Held) => observer.arrived(end, settledThrough(held, end, observer));
  return {
    peek: (max, from) => observer.call({ operation: "peek", end }, () => inbox.peek(max, from)),
    receive: async (max, milliseconds) => {
      const received = await observer.call({ operation: "receive", end }, () => inbox.receive(max, milliseconds));
      return received.map(arrived);
    },
    // Whoever asked may want to be told, too: observers are put around observers.
    tail: async function* (signal, { opened, heard, vigilance } = {}) {
      const told = {
        opened: () => {
          observer.attached(end);
          opened?.();
        },
        heard: () => {
          observer.heard(end);
          heard?.();
        },
      };
      for await (const some of inbox.tail(signal, { ...told, vigilance })) yield some.map(arrived);
    },
  };
}

function settledThrough(held: Held, end: End, observer: Observer): Held {
  const through = (operation: Operation, settle: () => Promise<void>) => observer.call({ operation, end }, settle);
  return {
    message: held.message,
    get lockedUntil() {
      return held.lockedUntil;
    },
    complete: () => through("complete", held.complete),
    abandon: () => through("abandon", held.abandon),
    deadLetter: (reason, description) => through("dead_letter", () => held.deadLetter(reason, description)),
    renewLock: () => through("renew_lock", held.renewLock),
  };
}
