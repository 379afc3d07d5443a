import type { JsonValue } from "../../lib/domain/message-record.ts";
import type { Held, Inbox, Outbox } from "../../lib/ports/azure-services.ts";
import type { Trace } from "./debug-log.ts";
import { timed } from "./timed-call.ts";

/** What was done over one link. The first of each kind is told at once, because it opens the link; then they are counted. */
export type Tally = {
  did<T>(what: string, work: () => Promise<T>, messages?: (result: T) => number): Promise<T>;
  close(): void;
};

export function createTally(trace: Trace, link: { readonly [name: string]: JsonValue }): Tally {
  const counts = new Map<string, number>();
  const begun = new Set<string>();
  const silent: Trace = { ...trace, tell: (event, fields) => fields?.failed && trace.tell(event, fields) };
  return {
    did: async (what, work, messages = () => 1) => {
      const first = !begun.has(what);
      begun.add(what);
      const result = await timed(first ? trace : silent, "link", { ...link, what }, work);
      counts.set(what, (counts.get(what) ?? 0) + messages(result));
      return result;
    },
    close: () => trace.tell("link-closed", { ...link, counts: Object.fromEntries(counts) }),
  };
}

export const tracedOutbox = (outbox: Outbox, { did }: Tally): Outbox => ({
  probe: () => did("probe", () => outbox.probe()),
  send: (message) => did("send", () => outbox.send(message)),
  maxMessageBytes: () => did("ask for its limit", () => outbox.maxMessageBytes()),
  size: (message) => outbox.size(message),
  batch: async () => {
    const batch = await did("begin a batch", () => outbox.batch());
    let messages = 0;
    return {
      add: (message) => {
        const fits = batch.add(message);
        if (fits) messages += 1;
        return fits;
      },
      send: () =>
        did(
          "send a batch",
          () => batch.send(),
          () => messages,
        ),
    };
  },
  schedule: (messages, at) =>
    did(
      "schedule",
      () => outbox.schedule(messages, at),
      (numbers) => numbers.length,
    ),
  cancelScheduled: (sequenceNumber) => did("cancel", () => outbox.cancelScheduled(sequenceNumber)),
});

export const tracedInbox = (inbox: Inbox, tally: Tally): Inbox => ({
  peek: (...args) =>
    tally.did(
      "peek",
      () => inbox.peek(...args),
      (seen) => seen.length,
    ),
  receive: async (...args) => {
    const received = await tally.did(
      "receive",
      () => inbox.receive(...args),
      (some) => some.length,
    );
    return received.map((held) => tracedHeld(held, tally));
  },
  tail: async function* (signal, tailing) {
    const arrivals = inbox.tail(signal, tailing)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const { done, value } = await tally.did(
          "tail",
          () => arrivals.next(),
          (next) => (next.done ? 0 : next.value.length),
        );
        if (done) return;
        yield value.map((held) => tracedHeld(held, tally));
      }
    } finally {
      await arrivals.return?.();
    }
  },
});

const tracedHeld = (held: Held, { did }: Tally): Held => ({
  message: held.message,
  get lockedUntil() {
    return held.lockedUntil;
  },
  complete: () => did("complete", () => held.complete()),
  abandon: () => did("abandon", () => held.abandon()),
  deadLetter: (...why) => did("dead-letter", () => held.deadLetter(...why)),
  renewLock: () => did("renew a lock", () => held.renewLock()),
});
