import type { Delivery, Sender } from "rhea";
import type { Queue } from "../model.ts";
import type { BusConnection } from "./bus-connection.ts";
import { accept, encodeOutcome, reject } from "./dispositions.ts";
import type { EntityAddress } from "./entity-address.ts";
import { type AmqpError, decodeError, lockLost, notAllowed, notImplemented } from "./errors.ts";
import { createLinkAuthority } from "./link-authority.ts";
import { tagToToken, tokenToTag } from "./lock-token.ts";
import type { MessagePayload } from "./message-payload.ts";
import { applyOutcome, type Outcome, readOutcome } from "./outcome.ts";
import { renderMessage } from "./render-message.ts";
import { createSendWindow } from "./send-window.ts";
import type { Settlement, SubQueue } from "./sub-queue.ts";

const sessionFilter = "com.microsoft:session-filter";

/** Serves a link on which a client receives the messages of a queue or of its dead-letter queue. */
export function serveReceiverLink(bus: BusConnection, link: Sender, address: EntityAddress): void {
  const authority = createLinkAuthority(bus, link, { address, wanted: ["Listen"] });
  const queue = authority.admit();
  if (!queue) return;
  const unfit = sessionMismatch(queue, link, address);
  if (unfit) {
    link.close(unfit);
    return;
  }
  const store = bus.storeOf(queue);
  const messages = address.isDeadLetter ? store.deadLetters : store.messages;
  const deletes = link.snd_settle_mode === 1;
  const window = createSendWindow(link, () => {
    if (authority.admit()) messages.serve();
  });
  link.set_source({ address: link.source.address });
  Object.assign(link.local.attach, { snd_settle_mode: deletes ? 1 : 0, rcv_settle_mode: link.rcv_settle_mode });

  const stop = messages.addConsumer({
    mode: deletes ? "receiveAndDelete" : "peekLock",
    wantsMore: () => window.room() > 0 && authority.admit() !== undefined,
    deliver: (message) =>
      window.send(renderMessage(message, queue.name), message.lock && tokenToTag(message.lock.token)),
  });
  bus.whenOver(link, stop);
  for (const outcome of ["accepted", "released", "modified", "rejected"])
    link.on(outcome, ({ delivery }: { delivery: Delivery }) => {
      if (!delivery.settled) settle(messages, delivery);
    });
}

/** Whoever holds a lock may settle, even when the role has been taken away in the meantime. */
function settle(messages: SubQueue<MessagePayload>, delivery: Delivery) {
  const outcome = readable(() => readOutcome(encodeOutcome(delivery)));
  const error =
    "condition" in outcome ? outcome : settlementError(applyOutcome(messages, tagToToken(delivery.tag), outcome));
  if (error) reject(delivery, error);
  else accept(delivery);
}

function readable(read: () => Outcome): Outcome | AmqpError {
  try {
    return read();
  } catch (error) {
    return decodeError(`The outcome is malformed: ${error instanceof Error ? error.message : error}.`);
  }
}

/** What a client hears about its settlement; undefined when it is done. */
export function settlementError(settlement: Settlement): AmqpError | undefined {
  switch (settlement) {
    case "done":
      return undefined;
    case "lockLost":
      return lockLost;
    case "notAllowed":
      return notAllowed("A message in a dead-letter queue cannot be dead-lettered again.");
  }
}

/** Sessions are not built yet: a queue with sessions refuses plain receivers as Azure does, and session receivers too. */
function sessionMismatch({ settings }: Queue, link: Sender, { isDeadLetter }: EntityAddress): AmqpError | undefined {
  const wantsSession = Object.hasOwn(link.source.filter ?? {}, sessionFilter);
  const hasSessions = settings.requiresSession && !isDeadLetter;
  if (hasSessions && wantsSession) return notImplemented("The sandbox does not lock sessions yet.");
  if (hasSessions)
    return notAllowed(
      "It is not possible for an entity that requires sessions to create a non-sessionful message receiver.",
    );
  if (wantsSession)
    return notAllowed("A sessionful message receiver cannot be created on an entity that does not require sessions.");
  return undefined;
}
