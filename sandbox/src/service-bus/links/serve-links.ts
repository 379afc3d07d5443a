import type { Connection, Receiver, Sender, Session } from "rhea";
import { notImplemented } from "../amqp-errors.ts";
import type { BusConnection } from "../connection/bus-connection.ts";
import { putToken } from "../connection/put-token.ts";
import { serveManagementLink } from "../management/management-link.ts";
import { serveReplyLink, serveRequestLink } from "../management/request-reply.ts";
import { cbsAddress, parseEntityAddress } from "./entity-address.ts";
import { createLinkAuthority } from "./link-authority.ts";
import { serveReceiverLink } from "./receiver-link.ts";
import { serveSenderLink } from "./sender-link.ts";

/** Serves each link of a connection by its address. */
export function serveLinks(bus: BusConnection, connection: Connection) {
  connection.on("receiver_open", ({ receiver }: { receiver: Receiver }) => serveReceiving(bus, receiver));
  connection.on("sender_open", ({ sender }: { sender: Sender }) => serveSending(bus, sender));
  connection.on("session_close", ({ session }: { session: Session }) => bus.end(session));
  connection.on("disconnected", () => bus.end());
}

/** A link on which this side receives: for messages, for tokens or for requests. */
function serveReceiving(bus: BusConnection, link: Receiver) {
  const address: unknown = link.target?.address;
  link.set_source({ address: link.source?.address }); // some clients treat a reply without source or target as a refusal
  if (typeof address !== "string") return link.close(notImplemented("Only links to a named node are served."));
  if (address === cbsAddress) return serveRequestLink(bus, link, (request) => putToken(bus, request));
  const entity = parseEntityAddress(address);
  return entity.isManagement ? serveManagementLink(bus, link, entity) : serveSenderLink(bus, link, entity);
}

/** A link on which this side sends: messages or replies. */
function serveSending(bus: BusConnection, link: Sender) {
  const address: unknown = link.source?.address;
  link.set_target({ address: link.target?.address });
  if (typeof address !== "string") return link.close(notImplemented("Only links to a named node are served."));
  if (address === cbsAddress) return serveReplyLink(bus, link);
  const entity = parseEntityAddress(address);
  if (!entity.isManagement) return serveReceiverLink(bus, link, entity);
  const authority = createLinkAuthority(bus, link, { address: entity, wanted: ["Listen", "Send"] });
  return authority.admit() && serveReplyLink(bus, link, authority.touch);
}
