import type { ProcessErrorArgs, ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";
import { withTimeout } from "../../concurrency/timeout.ts";
import type { LockedMessage, TailOptions } from "../../ports/azure-services.ts";
import { mapSettlement } from "../../ports/map-settlement.ts";

import { type ErrorContext, mapAzureError } from "../error-mapping.ts";
import { hasNewToken } from "../token-refresh.ts";
import { createArrivals } from "./arrivals.ts";
import { connectLimiter } from "./connect-limiter.ts";
import { monitorKeepalive } from "./keepalive-monitor.ts";
import { monitorLink } from "./link-monitor.ts";

/** Messages that the broker may lock for one tail at a time. */
const heldAtMost = 32;

type TailReceiverOptions = TailOptions & {
  readonly hold: (message: ServiceBusReceivedMessage) => LockedMessage;
  readonly context: ErrorContext;
  readonly signal: AbortSignal;
  /** A question that the broker answers over the same connection. */
  readonly ask: () => Promise<unknown>;
};

/**
 * Messages as they arrive, through `subscribe`, which alone survives short outages. It would retry a refused link for ever
 * without a word, so the first error ends the tail and the caller decides. When the signal aborts, no more is asked for;
 * what is already locked is still handed out, so that a clean stop leaves nothing locked and no delivery counted twice.
 */
export async function* tailQueue(
  receiver: ServiceBusReceiver,
  options: TailReceiverOptions,
): AsyncGenerator<readonly LockedMessage[]> {
  const { hold, context, signal, ask, onOpened: opened, onActivity: heard, keepalive: vigilance } = options;
  using entrance = await connectLimiter();
  if (signal.aborted) return;
  let startedAt = performance.now();
  const unsettled = new Set<LockedMessage>();
  const { put, end, next } = createArrivals<LockedMessage>();
  const handlers = {
    processMessage: (message: ServiceBusReceivedMessage) =>
      new Promise<void>((settled) => {
        const held = watched(hold(message), { begun: (one) => unsettled.delete(one), settled });
        unsettled.add(held);
        put(held);
      }),
    processError: async ({ error }: ProcessErrorArgs) => {
      const failure = mapAzureError(error, context);
      // With a new token the SDK's own retry succeeds.
      const isRetried = await hasNewToken(failure, startedAt, context).catch(end);
      startedAt = performance.now();
      if (isRetried === false) end(failure);
    },
    // The SDK (7.9.5) calls it whenever the link is open, first or again; of its handlers' type it is no part.
    postInitialize: async () => {
      entrance[Symbol.dispose]();
      opened?.();
    },
  };
  const subscription = receiver.subscribe(handlers, { autoCompleteMessages: false, maxConcurrentCalls: heldAtMost });
  const stop = () => void subscription.close().then(() => end(), end);
  signal.addEventListener("abort", stop, { once: true });
  let dead = false;
  const lost = (error: unknown) => {
    dead = true;
    end(error);
  };
  const endWatches = [monitorLink(receiver, end), monitorKeepalive(receiver, { ask, heard, vigilance, lost })];
  try {
    for (let some = await next(); some !== undefined; some = await next()) yield some;
  } finally {
    for (const endWatch of endWatches) endWatch();
    signal.removeEventListener("abort", stop);
    const left = leave(subscription, unsettled);
    // On a dead connection nothing answers, neither this.
    if (!dead) await left;
  }
}

/** On a connection that died silently neither would end for a minute, and the caller would hear of the error only then. */
async function leave(subscription: { close(): Promise<void> }, unsettled: ReadonlySet<LockedMessage>): Promise<void> {
  await briefly("closing a link", subscription.close());
  await Promise.all([...unsettled].map((held) => briefly("giving a message back", held.abandon())));
}

const leavingMilliseconds = 2_000;

const briefly = (what: string, call: Promise<void>): Promise<void> =>
  withTimeout(what, leavingMilliseconds, call).catch(() => {});

type Watch = { readonly begun: (held: LockedMessage) => void; readonly settled: () => void };

/**
 * The same message, telling when its settlement begins (from then on it must not be abandoned) and when it is done (so that
 * the broker may send the next one).
 */
function watched(held: LockedMessage, { begun, settled }: Watch): LockedMessage {
  const one = mapSettlement(held, (operation, call) => {
    if (operation === "renew_lock") return call();
    begun(one);
    return call().finally(settled);
  });
  return one;
}
