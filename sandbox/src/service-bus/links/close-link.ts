import type { link as Link } from "rhea";
import type { AmqpError } from "../amqp-errors.ts";

const reasons = new WeakMap<Link, AmqpError>();

/** Closes the link, and keeps the reason for messages that arrive later. */
export function closeLink(link: Link, error: AmqpError): void {
  reasons.set(link, error);
  link.close(error);
}

/** The reason for which the broker closed the link; undefined while it is open. */
export const closeReason = (link: Link): AmqpError | undefined => reasons.get(link);
