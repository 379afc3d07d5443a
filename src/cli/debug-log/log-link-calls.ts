import type { JsonValue } from "../../lib/domain/json-value.ts";
import type { LockedMessage, Receiver, Sender } from "../../lib/ports/azure-services.ts";
import { type MessageOperation, mapSettlement } from "../../lib/ports/map-settlement.ts";
import type { DebugLog } from "./debug-log.ts";
import { logTimedCall } from "./timed-call.ts";

/** Logs the calls over one link. The first of each kind is logged at once, because it opens the link; later ones are counted. */
export type OperationCounters = {
  did<T>(what: string, work: () => Promise<T>, messages?: (result: T) => number): Promise<T>;
  close(): void;
};

export function createOperationCounters(
  trace: DebugLog,
  link: { readonly [name: string]: JsonValue },
): OperationCounters {
  const counts = new Map<string, number>();
  const begun = new Set<string>();
  const silent: DebugLog = { ...trace, tell: (event, fields) => fields?.failed && trace.tell(event, fields) };
  return {
    did: async (what, work, messages = () => 1) => {
      const first = !begun.has(what);
      begun.add(what);
      const result = await logTimedCall(first ? trace : silent, "link", { ...link, what }, work);
      counts.set(what, (counts.get(what) ?? 0) + messages(result));
      return result;
    },
    close: () => trace.tell("link-closed", { ...link, counts: Object.fromEntries(counts) }),
  };
}

export const logSenderCalls = (sender: Sender, { did }: OperationCounters): Sender => ({
  probe: () => did("probe", () => sender.probe()),
  send: (message) => did("send", () => sender.send(message)),
  maxMessageBytes: () => did("ask for its limit", () => sender.maxMessageBytes()),
  size: (message) => sender.size(message),
  batch: async () => {
    const batch = await did("begin a batch", () => sender.batch());
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
      () => sender.schedule(messages, at),
      (numbers) => numbers.length,
    ),
  cancelScheduled: (sequenceNumber) => did("cancel", () => sender.cancelScheduled(sequenceNumber)),
});

export const logReceiverCalls = (receiver: Receiver, tally: OperationCounters): Receiver => ({
  peek: (...args) =>
    tally.did(
      "peek",
      () => receiver.peek(...args),
      (seen) => seen.length,
    ),
  receive: async (...args) => {
    const received = await tally.did(
      "receive",
      () => receiver.receive(...args),
      (some) => some.length,
    );
    return received.map((held) => logSettlementCalls(held, tally));
  },
  open: () => tally.did("open", () => receiver.open()),
  receiveDeferred: async (number) =>
    logSettlementCalls(await tally.did("receive", () => receiver.receiveDeferred(number)), tally),
  tail: async function* (signal, tailing) {
    const arrivals = receiver.tail(signal, tailing)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const { done, value } = await tally.did(
          "tail",
          () => arrivals.next(),
          (next) => (next.done ? 0 : next.value.length),
        );
        if (done) return;
        yield value.map((held) => logSettlementCalls(held, tally));
      }
    } finally {
      await arrivals.return?.();
    }
  },
});

const operationNames = {
  complete: "complete",
  abandon: "abandon",
  dead_letter: "dead-letter",
  renew_lock: "renew a lock",
} as const satisfies Record<MessageOperation, string>;

const logSettlementCalls = (locked: LockedMessage, { did }: OperationCounters): LockedMessage =>
  mapSettlement(locked, (operation, call) => did(operationNames[operation], call));
