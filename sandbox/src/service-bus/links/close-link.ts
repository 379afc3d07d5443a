import type { link as Link } from "rhea";
import type { AmqpError } from "../amqp-errors.ts";

const reasons = new WeakMap<Link, AmqpError>();

/** Closes the link, and remembers why for messages that were on their way. */
export function closeLink(link: Link, error: AmqpError): void {
  reasons.set(link, error);
  link.close(error);
}

/** Why the broker closed the link; undefined while it did not. */
export const closeReason = (link: Link): AmqpError | undefined => reasons.get(link);
