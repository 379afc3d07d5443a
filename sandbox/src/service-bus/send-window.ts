import type { Sender } from "rhea";

/**
 * Sends on a link exactly as much as its peer gave credit for, and answers every request to drain. Opens one turn
 * after the attach: rhea would write a transfer before the attach that it belongs to, when a client sends credit along
 * with its own attach.
 */
export type SendWindow = {
  /** How many more messages the peer takes. */
  room(): number;
  /** Without a tag the message is pre-settled or gets a tag of rhea's. */
  send(encoded: Buffer, tag: Buffer | undefined): void;
};

/** Bytes that may wait for a client to read them. */
const mostBuffered = 4 * 1024 ** 2;

/**
 * `serve` is called when there may be room: it sends what there is. rhea uses up credit only when it writes a transfer, so
 * what waits to be written is counted here.
 */
export function createSendWindow(link: Sender, serve: () => void): SendWindow {
  let isOpen = false;
  let sent = 0;
  let drained = 0;
  let turnBytes = 0;
  let isBackedUp = false;
  const { socket } = link.connection;
  const written = () => link.delivery_count - drained;
  const room = () => (!isBackedUp && link.session.outgoing.available() > 0 ? link.credit - (sent - written()) : 0);

  // rhea leaves a drain unanswered when no credit is left, and clients then wait until they give the link up
  link._get_drain = () => {
    if (!link._draining || sent > written() || isBackedUp) return false;
    drained += link.credit;
    link.delivery_count += link.credit;
    link.credit = 0;
    return true;
  };

  function refill() {
    if (!isOpen) return;
    serve();
    if (!link._draining || isBackedUp) return;
    link.set_drained(true);
    link.connection._register();
  }

  /** What waits to be sent stays in the queue, and not in the memory of a connection whose client does not read. */
  function weigh(bytes: number) {
    if (turnBytes === 0) setImmediate(endTurn);
    turnBytes += bytes;
    isBackedUp = turnBytes + socket.writableLength > mostBuffered;
  }

  function endTurn() {
    turnBytes = 0;
    if (!isBackedUp) return;
    if (socket.writableNeedDrain) socket.once("drain", goOn);
    else goOn();
  }

  function goOn() {
    isBackedUp = false;
    refill();
  }

  link.on("sender_flow", refill);
  setImmediate(() => {
    isOpen = true;
    refill();
  });

  return {
    room: () => (isOpen && link.is_open() ? room() : 0),
    send(encoded, tag) {
      sent++;
      weigh(encoded.length);
      link.send(encoded, tag, 0);
    },
  };
}
