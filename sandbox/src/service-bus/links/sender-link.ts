import rhea, { type Delivery, type Receiver } from "rhea";
import type { Queue } from "../../model.ts";
import { type AmqpError, decodeError, messageTooLarge, notAllowed, queueFull, serverBusy } from "../amqp-errors.ts";
import type { BusConnection } from "../connection/bus-connection.ts";
import { sizeLimits } from "../connection/service-limits.ts";
import { MalformedAmqp } from "../messages/amqp-decode.ts";
import { findLimitError } from "../messages/message-limits.ts";
import { type MessagePayload, parseBatch, parseMessage } from "../messages/message-payload.ts";
import type { NewMessage } from "../queues/stored-message.ts";
import { accept, reject } from "../rhea/dispositions.ts";
import { closeLink, closeReason } from "./close-link.ts";
import type { EntityAddress } from "./entity-address.ts";
import { createLinkAuthority } from "./link-authority.ts";

/** Message format of a Service Bus batch. */
export const batchFormat = 0x80013700;

/** The credit of a sender. */
const sendCredit = 1000;

type Stored = { readonly sequenceNumbers: readonly number[] };
type Incoming = { readonly message: Buffer; readonly delivery: Delivery; readonly format?: number };

/** Serves a link on which a client sends messages into a queue. */
export function serveSenderLink(bus: BusConnection, link: Receiver, address: EntityAddress): void {
  const authority = createLinkAuthority(bus, link, { address, wanted: ["Send"] });
  const queue = authority.admit();
  if (!queue) return;
  if (address.part !== "messages") {
    closeLink(link, notAllowed("Messages cannot be sent to a dead-letter queue."));
    return;
  }
  const refusal = bus.activeFaults.refusal("ATTACH", { host: bus.host, queue: queue.name });
  if (refusal) {
    closeLink(link, refusal);
    return;
  }
  link.set_target({ address: link.target.address });
  announceLimits(bus, link, queue);
  link.add_credit(sendCredit);
  link.on("message", ({ message, delivery, format = 0 }: Incoming) => {
    authority.touch();
    const target = authority.admit();
    if (!target) {
      // without an answer of its own a client waits for the message's until it times out, detached or not
      const why = closeReason(link);
      if (why) reject(delivery, why);
      return;
    }
    const stored = take(bus, target, { message, delivery, format });
    if (bus.activeFaults.consumeAcknowledgementFault({ host: bus.host, queue: target.name })) return bus.cut();
    if ("condition" in stored) reject(delivery, stored);
    else accept(delivery);
    if (link.credit <= sendCredit / 2) link.add_credit(sendCredit - link.credit);
  });
}

/** The batch limit is announced where it can differ from the message limit. */
function announceLimits({ model, host }: BusConnection, link: Receiver, { settings }: Queue) {
  const { message, batch, tier } = sizeLimits(model, host, settings);
  link.local.attach.max_message_size = message;
  if (tier === "Premium")
    Object.assign(link.local.attach, {
      properties: { "com.microsoft:max-message-batch-size": rhea.types.wrap_ulong(batch) },
    });
}

function take(bus: BusConnection, queue: Queue, incoming: Required<Incoming>): Stored | AmqpError {
  const { message: encoded, delivery, format } = incoming;
  const limits = sizeLimits(bus.model, bus.host, queue.settings);
  const limit = format === batchFormat ? limits.batch : limits.message;
  if (encoded.length > limit) return messageTooLarge(encoded.length, limit, delivery.id);
  return storeMessages(bus, queue, () => (format === batchFormat ? parseBatch(encoded) : [parseMessage(encoded)]));
}

/** Stores all of the messages, or none and returns the error. */
export function storeMessages(
  { storeOf, activeFaults, host, now }: BusConnection,
  queue: Queue,
  parse: () => readonly NewMessage<MessagePayload>[],
): Stored | AmqpError {
  const place = { host, queue: queue.name };
  const refusal = activeFaults.refusal("SEND", place);
  if (refusal) return refusal;
  if (activeFaults.isThrottled(place)) return serverBusy(host, now());
  const messages = parsed(parse);
  if ("condition" in messages) return messages;
  const { requiresSession, maxSizeBytes } = queue.settings;
  if (requiresSession && messages.some(({ sessionId }) => sessionId === undefined))
    return notAllowed(
      "The SessionId was not set on a message, and it cannot be sent to the entity. Entities that have session support enabled can only receive messages that have the SessionId set to a valid value.",
    );
  const excess = messages.map((message) => findLimitError(message, now())).find((error) => error !== undefined);
  if (excess) return excess;
  if (activeFaults.isFull(place)) return queueFull(queue.name, maxSizeBytes, maxSizeBytes);
  const store = storeOf(queue);
  const sequenceNumbers = store.enqueue(messages);
  if (sequenceNumbers === "full") return queueFull(queue.name, store.counts().sizeBytes, maxSizeBytes);
  return { sequenceNumbers };
}

function parsed(parse: () => readonly NewMessage<MessagePayload>[]) {
  try {
    return parse();
  } catch (error) {
    if (error instanceof MalformedAmqp) return decodeError(`The message is malformed: ${error.message}.`);
    throw error;
  }
}
