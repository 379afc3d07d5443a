import type { Duplex } from "node:stream";
import type { Connection, link as Link, Sender, Session } from "rhea";
import type { SigningKeys } from "../../entra/keys.ts";
import type { Model, Queue } from "../../model.ts";
import type { ActiveFaults } from "../faults/bus-faults.ts";
import { cutNextTransfer } from "../faults/cut-transfer.ts";
import type { EntityAddress } from "../links/entity-address.ts";
import type { MessagePayload } from "../messages/message-payload.ts";
import type { QueueStore } from "../queues/queue-store.ts";
import type { Clock } from "../timers/clock.ts";
import { closeConnection } from "./close-connection.ts";
import { type LinkTracker, trackLinks } from "./link-timers.ts";
import type { ServiceLimits } from "./service-limits.ts";
import { createTokenClaims, type TokenClaims } from "./token-claims.ts";

/** The services that all connections of a broker share. */
export type BusServices = {
  readonly model: Model;
  readonly keys: SigningKeys;
  readonly clock: Clock;
  readonly now: () => Date;
  readonly log: (line: string) => void;
  readonly limits: ServiceLimits;
  readonly activeFaults: ActiveFaults;
  /** The number of receivers of each queue. */
  readonly receivers: Map<Queue, number>;
  storeOf(queue: Queue): QueueStore<MessagePayload>;
};

/** A client's connection, with the tokens that the client put. */
export type BusConnection = BusServices & {
  /** The namespace the client opened, by its host in lower case and without a port. */
  readonly host: string;
  readonly claims: TokenClaims;
  /** Links on which `$cbs` and `$management` answer, each with a function to call on use. */
  readonly replyLinks: Map<Sender, () => void>;
  /** The links to `$cbs` that are open. */
  readonly cbsLinks: Set<"requests" | "replies">;
  /** Functions that close a link without access; one for each link that needs a token. */
  readonly rechecks: Set<() => void>;
  /** Open links to entities, with their addresses. */
  readonly links: Map<Link, EntityAddress>;
  /** Tracks the link until it ends. */
  keep(link: Link, address: EntityAddress): void;
  /** Cuts the connection silently. */
  cut(): void;
  /** Writes half of the next message and cuts the connection. */
  cutMidTransfer(): void;
  /** Call this when a token was put: links lose access when it expires. */
  watchTokens(): void;
  /** Runs `end` once, when the link, its session or the connection ends. */
  onEnd(link: Link, end: () => void): void;
  /** Ends all links, or those of one session. */
  end(session?: Session): void;
};

export function createBusConnection(services: BusServices, connection: Connection, socket: Duplex): BusConnection {
  const { clock } = services;
  const claims = createTokenClaims();
  const rechecks = new Set<() => void>();
  const ends = new Map<() => void, Link>();
  const links = new Map<Link, EntityAddress>();
  const tracker: LinkTracker = trackLinks((error) => closeConnection(socket, connection, error), services);
  let stopWatching = () => {};

  function watchTokens() {
    stopWatching();
    const next = claims.nextExpiry;
    if (next !== undefined) stopWatching = clock.wakeAt(next, onExpiry);
  }

  function onExpiry() {
    for (const recheck of rechecks) recheck();
    claims.expire(clock.now());
    watchTokens();
  }

  function onEnd(link: Link, end: () => void) {
    ends.set(end, link);
    for (const name of ["sender_close", "receiver_close"])
      link.on(name, () => {
        if (ends.delete(end)) end();
      });
  }

  function end(session?: Session) {
    for (const [run, link] of ends) {
      if (session && link.session !== session) continue;
      ends.delete(run);
      run();
    }
    if (session) return;
    stopWatching();
    tracker.stop();
  }

  function keep(link: Link, address: EntityAddress) {
    links.set(link, address);
    tracker.opened();
    onEnd(link, () => {
      links.delete(link);
      tracker.over();
    });
  }

  return {
    ...services,
    get host() {
      return String(connection.hostname ?? "")
        .replace(/:\d+$/, "")
        .toLowerCase();
    },
    claims,
    replyLinks: new Map(),
    cbsLinks: new Set(),
    rechecks,
    links,
    keep,
    cut: () => socket.destroy(),
    cutMidTransfer: () => cutNextTransfer(socket),
    watchTokens,
    onEnd,
    end,
  };
}
