import type { link as Link } from "rhea";
import type { Queue } from "../../model.ts";
import { type AmqpError, accessLost, type Claimed, entityReplaced, unauthorized } from "../amqp-errors.ts";
import type { BusConnection } from "../connection/bus-connection.ts";
import { watchLink } from "../connection/link-timers.ts";
import { authorizeLink, type Verdict } from "./authorize-link.ts";
import { closeLink } from "./close-link.ts";
import type { EntityAddress } from "./entity-address.ts";

/** Decides for each operation whether the link still has access. */
export type LinkAuthority = {
  /** The queue, while the link may use it; otherwise the link is closed with the reason. */
  admit(): Queue | undefined;
  /** Something happened on the link: it is not idle. */
  touch(): void;
};

/**
 * Checks roles, principal, token and queue before each operation, so that a role that was removed takes effect at the
 * next one; Azure may take minutes. One check holds for one turn of the event loop, which many transfers may share.
 */
export function createLinkAuthority(
  bus: BusConnection,
  link: Link,
  { address, wanted }: { readonly address: EntityAddress; readonly wanted: readonly [Claimed, ...Claimed[]] },
): LinkAuthority {
  let failureOf: Verdict | undefined;
  let first: Queue | undefined;

  function look() {
    setImmediate(() => {
      failureOf = undefined;
    });
    const { model, host, claims, now } = bus;
    return authorizeLink({ model, host, address, wanted, claim: claims.find(address.path), now: now() });
  }

  function admit() {
    if (!link.is_open()) return undefined;
    failureOf ??= look();
    if (failureOf.status === "refused") return refuse(failureOf.error);
    first ??= failureOf.queue;
    return failureOf.queue === first ? first : refuse(entityReplaced(`sb://${bus.host}/${address.queue}`));
  }

  function refuse(error: AmqpError) {
    bus.log(`bus: ${bus.host}: link to ${address.path} refused: ${error.condition}`);
    closeLink(link, error);
    return undefined;
  }

  const touch = watchLink(bus, link);
  bus.keep(link, address);
  /** A link whose token ended hears the same as one whose role is gone. */
  const recheck = () => {
    failureOf = undefined;
    if (!link.is_open()) return;
    const next = look();
    if (next.status === "refused" && next.error.condition === "amqp:unauthorized-access")
      refuse(accessLost(link.name, unauthorized(wanted[0], `sb://${bus.host}/${address.queue}`, bus.now())));
    else admit();
  };
  bus.rechecks.add(recheck);
  bus.onEnd(link, () => bus.rechecks.delete(recheck));
  return { admit, touch };
}
