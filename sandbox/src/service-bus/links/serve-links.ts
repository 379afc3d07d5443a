import type { Connection, link as Link, Receiver, Sender, Session } from "rhea";
import { cbsAlreadyOpen, notImplemented } from "../amqp-errors.ts";
import type { BusConnection } from "../connection/bus-connection.ts";
import { putToken } from "../connection/put-token.ts";
import { serveManagementLink } from "../management/management-link.ts";
import { serveReplyLink, serveRequestLink } from "../management/request-reply.ts";
import { closeLink } from "./close-link.ts";
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

const unnamed = notImplemented("Only links to a named node are served.");

/** A link on which this side receives: for messages, for tokens or for requests. */
function serveReceiving(bus: BusConnection, link: Receiver) {
  const address: unknown = link.target?.address;
  link.set_source({ address: link.source?.address }); // some clients treat a reply without source or target as a refusal
  repeatSettleModes(link);
  if (typeof address !== "string") return closeLink(link, unnamed);
  if (address === cbsAddress)
    return admitCbsLink(bus, link) && serveRequestLink(bus, link, (request) => putToken(bus, request));
  const entity = parseEntityAddress(address);
  return entity.isManagement ? serveManagementLink(bus, link, entity) : serveSenderLink(bus, link, entity);
}

/** A link on which this side sends: messages or replies. */
function serveSending(bus: BusConnection, link: Sender) {
  const address: unknown = link.source?.address;
  link.set_target({ address: link.target?.address });
  repeatSettleModes(link);
  if (typeof address !== "string") return closeLink(link, unnamed);
  if (address === cbsAddress) return admitCbsLink(bus, link) && serveReplyLink(bus, link);
  const entity = parseEntityAddress(address);
  if (!entity.isManagement) return serveReceiverLink(bus, link, entity);
  const authority = createLinkAuthority(bus, link, { address: entity, wanted: ["Listen", "Send"] });
  return authority.admit() && serveReplyLink(bus, link, authority.touch);
}

/** A client may refuse a link whose answer has other modes than it asked for: Go's does. */
function repeatSettleModes({ local, snd_settle_mode, rcv_settle_mode }: Receiver | Sender) {
  Object.assign(local.attach, { snd_settle_mode, rcv_settle_mode });
}

/** A connection has one link for tokens, and one for their replies. */
function admitCbsLink({ cbsLinks, onEnd }: BusConnection, link: Link): boolean {
  const direction = link.is_receiver() ? "requests" : "replies";
  if (cbsLinks.has(direction)) {
    closeLink(link, cbsAlreadyOpen(link.connection.options.id ?? ""));
    return false;
  }
  cbsLinks.add(direction);
  onEnd(link, () => cbsLinks.delete(direction));
  return true;
}
