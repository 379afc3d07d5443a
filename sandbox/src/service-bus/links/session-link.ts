import rhea, { type Sender, type Typed } from "rhea";
import { operationTimedOut, sessionCannotBeLocked, sessionLockLost } from "../amqp-errors.ts";
import type { BusConnection } from "../connection/bus-connection.ts";
import type { MessagePayload } from "../messages/message-payload.ts";
import type { SessionLock } from "../queues/sessions.ts";
import type { SubQueue } from "../queues/sub-queue.ts";
import { withholdAttach } from "../rhea/withhold-attach.ts";
import { closeLink } from "./close-link.ts";

const sessionFilter = "com.microsoft:session-filter";

/** How long a client waits for a session when it does not say, in milliseconds. */
const defaultWait = 65_000;

/**
 * What a receiver asks for: one session by its id, the next free one, or none at all. AMQP demands a described value (AMQP 1.0 part 3,
 * 3.5.1). Service Bus also takes a plain one (Azure/azure-sdk-for-net#32243), and answers in the same form.
 */
export type WantedSession =
  | { readonly kind: "none" }
  | ({ readonly descriptor: Typed | undefined } & (
      | { readonly kind: "next" }
      | { readonly kind: "named"; readonly id: string }
    ));

export function wantedSession({ source: { filter } }: Sender): WantedSession {
  if (!Object.hasOwn(filter ?? {}, sessionFilter)) return { kind: "none" };
  const wanted: unknown = filter?.[sessionFilter];
  // rhea takes the description off a value only at the top
  const { descriptor, value: id } = isDescribed(wanted) ? wanted : { descriptor: undefined, value: wanted };
  return typeof id === "string" ? { kind: "named", id, descriptor } : { kind: "next", descriptor };
}

const isDescribed = (value: unknown): value is Typed & { readonly descriptor: Typed } =>
  typeof value === "object" && value !== null && "descriptor" in value && value.descriptor !== undefined;

/**
 * Locks the wanted session for the link, and then calls `accepted`. The link is closed when the session is locked already, when
 * no session becomes free within the client's timeout, and later when the lock expires.
 */
export function acceptSession(bus: BusConnection, link: Sender, { messages, wanted, accepted }: Acceptance): void {
  const holder = { name: link.name, lost: () => closeLink(link, sessionLockLost(bus.now())) };

  function grant(lock: SessionLock) {
    const id = types.wrap_string(lock.id);
    const granted = wanted.descriptor ? types.described(wanted.descriptor, id) : id;
    link.set_source({ address: link.source.address, filter: { [sessionFilter]: granted } });
    const until = types.wrap_long(ticks(lock.until));
    Object.assign(link.local.attach, { properties: { "com.microsoft:locked-until-utc": until } });
    bus.onEnd(link, lock.release);
    accepted(lock.id);
  }

  messages.serve();
  if (wanted.kind === "named") {
    const lock = messages.sessions.accept(wanted.id, holder);
    if (lock) grant(lock);
    else closeLink(link, sessionCannotBeLocked(wanted.id, bus.now()));
    return;
  }
  waitForSession(bus, link, (granted) => messages.sessions.acceptNext(holder, granted), grant);
}

export type Acceptance = {
  readonly messages: SubQueue<MessagePayload>;
  readonly wanted: Exclude<WantedSession, { kind: "none" }>;
  readonly accepted: (session: string) => void;
};

const { types } = rhea;

/** The attach is answered when there is a session, or when the time is over; Service Bus does the same. */
function waitForSession(
  { clock, now, onEnd }: BusConnection,
  link: Sender,
  ask: (granted: (lock: SessionLock) => void) => () => void,
  grant: (lock: SessionLock) => void,
) {
  const answer = withholdAttach(link);
  const wait = waitOf(link);
  let isOver = false;
  const stop = () => {
    isOver = true;
    stopAsking();
    stopTimer();
  };
  let stopAsking = () => {};
  const stopTimer = clock.wakeAt(clock.now() + wait, () => {
    stop();
    answer();
    closeLink(link, operationTimedOut(wait, now()));
  });
  onEnd(link, () => {
    if (isOver) return;
    stop();
    // So that the client's detach gets its answer, too. An answer on a closed connection would start rhea's heartbeats again.
    if (link.connection.is_open()) answer();
  });
  stopAsking = ask((lock) => {
    isOver = true;
    stopTimer();
    answer();
    grant(lock);
  });
}

function waitOf({ properties }: Sender) {
  const wanted = Number(properties?.["com.microsoft:timeout"]);
  return Number.isFinite(wanted) && wanted >= 0 ? Math.min(wanted, defaultWait) : defaultWait;
}

/** .NET counts 100-nanosecond ticks from the year 1; as eight bytes, since such numbers are beyond what a double holds. */
function ticks(time: number) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(Math.floor(time)) * 10_000n + 621_355_968_000_000_000n);
  return bytes;
}
