import type { ServiceBusClient } from "@azure/service-bus";
import type { Connection, Receiver, Sender, Session } from "rhea";
import { type AmqpConnection, onConnectionError, wrapConnectionOpening } from "./sdk-internals.ts";

/*
 * The SDK waits for each answer before it sends the next frame: to the opening of the connection, to each session, and to each of
 * two links that belong together. Each wait is a round trip. AMQP allows these frames to be sent together (AMQP 1.0 part 2, 2.4.1
 * and 2.5.1). Here the links of `$cbs` are sent with the opening of the connection, a session with its first link, and the two links
 * of `$management` together. Only a wait that has no further meaning is left out: the SDK still waits for the links themselves
 * (docs/internals/decisions/0039-early-links.md).
 *
 * Parts: `create_session` of a connection of rhea, `attach_sender` and `attach_receiver` of a session, and the events with which
 * rhea-promise waits for them. Checked with the versions that sdk-internals.ts names.
 */

/** The node that takes tokens (AMQP claims-based security 1.0). */
const tokenNode = "$cbs";
/** The node for requests about a queue (Service Bus request-response operations). */
const managementNode = /\$management$/;

/**
 * Shared by the connections of a process. `refuse` is set when one of them ended before its early frames were of use: a later one
 * sends none.
 */
export type EarlyLinks = { refuse: boolean };

/** Saves round trips on every connection of this client. */
export function openLinksEarly(client: ServiceBusClient, services: EarlyLinks): void {
  wrapConnectionOpening(client, ({ amqp, replyTo }) => {
    if (!services.refuse && isRhea(amqp)) openEarly(amqp, replyTo, services);
  });
}

const isRhea = (connection: AmqpConnection): connection is Connection =>
  "create_session" in connection && typeof connection.create_session === "function";

function openEarly(connection: Connection, replyTo: string, services: EarlyLinks): void {
  const createSession = connection.create_session.bind(connection);
  const waiting = new Set<Session | Sender | Receiver>();
  const onEnd = () => {
    if (waiting.size > 0) services.refuse = true;
    return waiting.size > 0;
  };
  connection.once("disconnected", onEnd);
  // The SDK does not reconnect after a proper close, and its calls would wait for a minute.
  onConnectionError(connection, (_description, reconnect) => void (onEnd() && setImmediate(reconnect)));
  const begin = () => {
    const session = createSession();
    waiting.add(session);
    // The event also comes from here, below.
    session.on("session_open", () => session.is_open() && waiting.delete(session));
    return session;
  };

  let tokens: EarlyTokenLinks | undefined = openTokenLinks(begin(), replyTo, waiting);
  connection.create_session = () => {
    const early = tokens;
    tokens = undefined;
    return early?.isUsable() ? early.adopt() : withoutWaits(begin());
  };
}

type EarlyTokenLinks = { readonly isUsable: () => boolean; readonly adopt: () => Session };

/** The links of `$cbs`, for the SDK to take them when it asks for them. */
function openTokenLinks(session: Session, replyTo: string, waiting: Set<unknown>): EarlyTokenLinks {
  session.begin();
  const sender = session.attach_sender({ target: { address: tokenNode } });
  const receiver = session.attach_receiver({ name: replyTo, source: { address: tokenNode } });
  let hasEnded = false;
  const onEnd = () => {
    hasEnded = true;
  };
  const ends = [session, sender, receiver];
  // Without a listener rhea would end the process.
  const events = ["session_error", "session_close", "sender_error", "sender_close", "receiver_error", "receiver_close"];
  for (const end of ends) for (const event of events) end.on(event, onEnd);
  // Until the first answer to a token, the service may still refuse the early frames.
  waiting.add(receiver);
  receiver.once("message", () => waiting.delete(receiver));
  return {
    isUsable: () => !hasEnded,
    adopt: () => {
      for (const end of ends) for (const event of events) end.removeListener(event, onEnd);
      session.attach_sender = () => repeat(sender, sender.sendable(), "sendable");
      session.attach_receiver = () => repeat(receiver, receiver.is_open(), "receiver_open");
      return repeat(session, session.is_open(), "session_open");
    },
  };
}

/** A session whose first link need not wait for it, and whose links of `$management` need not wait for each other. */
function withoutWaits(session: Session): Session {
  const attachSender = session.attach_sender.bind(session);
  session.attach_sender = (options) => {
    const sender = attachSender(options);
    return repeat(sender, managementNode.test(addressOf(sender)), "sendable");
  };
  return repeat(session, true, "session_open");
}

const addressOf = ({ local }: Sender & { readonly local?: { readonly attach?: { readonly target?: unknown } } }) => {
  const target = local?.attach?.target;
  return typeof target === "object" && target !== null && "address" in target ? String(target.address) : "";
};

/** The end for the SDK. What the SDK waits for comes at once, where it was before or has no meaning. */
function repeat<End extends Session | Sender | Receiver>(end: End, isDue: boolean, event: string): End {
  const { connection } = end;
  if (isDue) setImmediate(() => end.emit(event, { connection, container: connection.container }));
  return end;
}
