import type { link as Link } from "rhea";
import { type AmqpError, connectionIdle, linkIdle } from "../amqp-errors.ts";
import { closeLink } from "../links/close-link.ts";
import type { Clock } from "../timers/clock.ts";
import { createIdleTimer } from "../timers/idle-timer.ts";
import type { BusConnection } from "./bus-connection.ts";
import type { ServiceLimits } from "./service-limits.ts";

/** Detaches an idle link; the returned function reports activity. */
export function watchLink(bus: BusConnection, link: Link): () => void {
  const { clock, limits, now } = bus;
  const { touch, stop } = createIdleTimer(clock, limits.linkIdle, () => {
    bus.log(`bus: ${bus.host}: idle link detached`);
    closeLink(link, linkIdle(link.name, link.is_receiver() ? "publisher" : "consumer", limits.linkIdle, now()));
  });
  bus.onEnd(link, stop);
  return touch;
}

/** Closes a connection without a link to an entity: soon after it was opened, or later when it had links. */
export type LinkTracker = {
  opened(): void;
  over(): void;
  stop(): void;
};

export function trackLinks(
  close: (error: AmqpError) => void,
  { clock, limits, now }: { readonly clock: Clock; readonly limits: ServiceLimits; readonly now: () => Date },
): LinkTracker {
  let links = 0;
  let cancel = arm(limits.firstLink);

  function arm(milliseconds: number) {
    return clock.wakeAt(clock.now() + milliseconds, () => close(connectionIdle(milliseconds, now())));
  }

  return {
    opened() {
      links++;
      cancel();
    },
    over() {
      links--;
      if (links === 0) cancel = arm(limits.connectionIdle);
    },
    stop: () => cancel(),
  };
}
