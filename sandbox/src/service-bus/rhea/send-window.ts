import type { Sender } from "rhea";

/**
 * Sends as many messages on a link as its peer gave credit for, and answers every request to drain. The window opens one turn
 * after the attach: when a client sends credit with its attach, rhea would write a transfer before its own attach.
 */
export type SendWindow = {
  /** The number of messages that the peer still accepts. */
  room(): number;
  /** Without a tag, the message is settled already, or rhea generates a tag. */
  send(encoded: Buffer, tag: Buffer | undefined): void;
};

/** The bytes that may wait until the client reads them. */
const mostBuffered = 4 * 1024 ** 2;

/**
 * `serve` is called when there may be room. It sends the messages that are available. rhea reduces the credit only when it
 * writes a transfer, so waiting messages are counted here.
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

  // rhea does not answer a drain when no credit is left, and the client then waits until it closes the link
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

  /** Keeps messages in the queue, and not in memory, while the client does not read. */
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
