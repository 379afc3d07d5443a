import type { link as Link } from "rhea";
import type { AmqpError } from "../amqp-errors.ts";

const reasons = new WeakMap<Link, AmqpError>();

/**
 * Closes the link, and keeps the reason for messages that arrive later. A link that was not answered yet is refused: its attach has
 * neither source nor target. Clients then wait for a detach with the error (AMQP 1.0 part 2, 2.6.3).
 */
export function closeLink(link: Link, error: AmqpError): void {
  reasons.set(link, error);
  if (link.state.open_requests > 0) Object.assign(link.local.attach, { source: undefined, target: undefined });
  link.close(error);
}

/** The reason for which the broker closed the link; undefined while it is open. */
export const closeReason = (link: Link): AmqpError | undefined => reasons.get(link);
