import type { Delivery, Sender } from "rhea";
import type { Queue } from "../../model.ts";
import {
  type AmqpError,
  decodeError,
  lockLost,
  notAllowed,
  serverBusy,
  sessionLockLost,
  sessionRequired,
  sessionsNotSupported,
  tooManyReceivers,
} from "../amqp-errors.ts";
import type { BusConnection } from "../connection/bus-connection.ts";
import { tagToToken, tokenToTag } from "../messages/lock-token.ts";
import type { MessagePayload } from "../messages/message-payload.ts";
import { renderMessage } from "../messages/render-message.ts";
import type { Consumer } from "../queues/consumers.ts";
import type { Settlement, SubQueue } from "../queues/sub-queue.ts";
import { confirm, encodeOutcome, reject } from "../rhea/dispositions.ts";
import { createSendWindow } from "../rhea/send-window.ts";
import { forwardingRefusal } from "./auto-forwarding.ts";
import { closeLink } from "./close-link.ts";
import type { EntityAddress } from "./entity-address.ts";
import { createLinkAuthority, type LinkAuthority } from "./link-authority.ts";
import { acceptSession, type WantedSession, wantedSession } from "./session-link.ts";
import { applyOutcome, codeOf, type Outcome, readOutcome } from "./settlement-outcome.ts";

/** Serves a link on which a client receives the messages of a queue, of one of its sessions, or of a dead-letter queue. */
export function serveReceiverLink(bus: BusConnection, link: Sender, address: EntityAddress): void {
  const authority = createLinkAuthority(bus, link, { address, wanted: ["Listen"] });
  const queue = authority.admit();
  if (!queue) return;
  const wanted = wantedSession(link);
  const unfit =
    forwardingRefusal(queue, address.part, "receiver", bus.now()) ??
    mismatch(queue, wanted, address.part, bus.now()) ??
    busy(bus, queue);
  if (unfit) {
    closeLink(link, unfit);
    return;
  }
  countReceiver(bus, link, queue);
  const messages = bus.storeOf(queue)[address.part];
  link.set_source({ address: link.source.address });
  const deletes = link.snd_settle_mode === 1;
  Object.assign(link.local.attach, { snd_settle_mode: deletes ? 1 : 0, max_message_size: noLimit });
  const attend = (session?: string) => deliver(bus, link, { authority, queue, messages, session });
  if (wanted.kind === "none") attend();
  else acceptSession(bus, link, { messages, wanted, accepted: attend });
}

/** The largest ulong, as its bytes. A receiver gets messages of any size. */
const noLimit = Buffer.alloc(8, 0xff);

type Delivered = {
  readonly authority: LinkAuthority;
  readonly queue: Queue;
  readonly messages: SubQueue<MessagePayload>;
  readonly session: string | undefined;
};

/** Sends messages while the client has credit, and settles them. */
function deliver(bus: BusConnection, link: Sender, { authority, queue, messages, session }: Delivered) {
  const place = { host: bus.host, queue: queue.name };
  const window = createSendWindow(link, () => {
    authority.touch();
    if (authority.admit()) messages.serve();
  });
  const consumer: Consumer<MessagePayload> = {
    mode: link.snd_settle_mode === 1 ? "receiveAndDelete" : "peekLock",
    wantsMore: () => window.room() > 0 && authority.admit() !== undefined,
    deliver(message) {
      authority.touch();
      if (bus.activeFaults.consumeMidTransferFault(place)) bus.cutMidTransfer();
      window.send(renderMessage(message), message.lock && tokenToTag(message.lock.token));
    },
  };
  bus.onEnd(link, messages.addConsumer(consumer, session));
  const settleOne = (delivery: Delivery) => {
    authority.touch();
    const refusal = bus.activeFaults.refusal("SETTLE", place);
    if (refusal) reject(delivery, refusal);
    else settle(messages, delivery, session !== undefined, bus.now());
  };
  for (const outcome of ["accepted", "released", "modified", "rejected"])
    link.on(outcome, ({ delivery }: { delivery: Delivery }) => {
      if (!delivery.settled) settleOne(delivery);
    });
}

/** The holder of a lock may settle, even when its role has been removed in the meantime. */
function settle(messages: SubQueue<MessagePayload>, delivery: Delivery, hasSessions: boolean, now: Date) {
  const encoded = encodeOutcome(delivery);
  const outcome = readable(() => readOutcome(encoded));
  const error =
    "condition" in outcome
      ? outcome
      : settlementError(applyOutcome(messages, tagToToken(delivery.tag), outcome), hasSessions, now);
  if (error) reject(delivery, error);
  else confirm(delivery, codeOf(encoded));
}

function readable(read: () => Outcome): Outcome | AmqpError {
  try {
    return read();
  } catch (error) {
    return decodeError(`The outcome is malformed: ${error instanceof Error ? error.message : error}.`);
  }
}

/** The error of a settlement; undefined when the settlement is complete. */
export function settlementError(settlement: Settlement, hasSessions: boolean, now: Date): AmqpError | undefined {
  switch (settlement) {
    case "done":
      return undefined;
    case "lockLost":
      return hasSessions ? sessionLockLost(now) : lockLost;
    case "notAllowed":
      return notAllowed("A message in a dead-letter queue cannot be dead-lettered again.");
  }
}

function busy({ activeFaults, limits, receivers, host, now }: BusConnection, queue: Queue): AmqpError | undefined {
  const place = { host, queue: queue.name };
  const refusal = activeFaults.refusal("ATTACH", place);
  if (refusal) return refusal;
  if (activeFaults.isThrottled(place)) return serverBusy(host, now());
  const isFull = (receivers.get(queue) ?? 0) >= limits.receivers;
  return isFull ? tooManyReceivers(queue.name, limits.receivers, now()) : undefined;
}

function countReceiver({ receivers, onEnd }: BusConnection, link: Sender, queue: Queue) {
  receivers.set(queue, (receivers.get(queue) ?? 0) + 1);
  onEnd(link, () => {
    const left = (receivers.get(queue) ?? 1) - 1;
    if (left > 0) receivers.set(queue, left);
    else receivers.delete(queue);
  });
}

/** Receivers of sessions and queues with sessions belong together. */
function mismatch({ settings }: Queue, wanted: WantedSession, part: EntityAddress["part"], now: Date) {
  const hasSessions = settings.requiresSession && part === "messages";
  if (hasSessions && wanted.kind === "none") return sessionRequired(now);
  if (!hasSessions && wanted.kind !== "none") return sessionsNotSupported(now);
  return undefined;
}
