import type { ProcessErrorArgs, ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";
import { withTimeout } from "../../concurrency/timeout.ts";
import { omitUndefined } from "../../domain/omit-undefined.ts";
import type { LockedMessage, TailOptions } from "../../ports/azure-services.ts";
import { mapSettlement } from "../../ports/map-settlement.ts";
import { type ErrorContext, mapAzureError } from "../error-mapping.ts";
import { canReopen, hasNewToken } from "../token-refresh.ts";
import { createArrivals } from "./arrivals.ts";
import { connectLimiter } from "./connect-limiter.ts";
import { monitorKeepalive } from "./keepalive-monitor.ts";
import { monitorLink } from "./link-monitor.ts";
import { isLinkAccepted } from "./sdk-internals.ts";

/** Messages that the broker may lock for one tail at a time. */
const mostLocked = 32;

type TailReceiverOptions = TailOptions & {
  readonly hold: (message: ServiceBusReceivedMessage) => LockedMessage;
  readonly context: ErrorContext;
  readonly signal: AbortSignal;
  /** A request that the broker answers over the same connection. */
  readonly ping: () => Promise<unknown>;
};

/**
 * Messages as they arrive, through `subscribe`, which survives short outages. It retries a refused link indefinitely and reports
 * nothing, so the first error ends the tail and the caller decides. When the signal aborts, no more messages are requested;
 * those that are already locked are still returned, so that a clean stop leaves nothing locked and no delivery counted twice.
 */
export async function* tailQueue(
  receiver: ServiceBusReceiver,
  options: TailReceiverOptions,
): AsyncGenerator<readonly LockedMessage[]> {
  const { hold, context, signal, ping, onOpened, onActivity, keepalive } = options;
  using place = await connectLimiter();
  if (signal.aborted) return;
  let startedAt = performance.now();
  const unsettled = new Set<LockedMessage>();
  const { put, end, next } = createArrivals<LockedMessage>();
  /** A link that lost its token or its role is opened once more: a second refusal is for the role. */
  let isReopened = false;
  const mayRetry = async (failure: unknown) => {
    if (await hasNewToken(failure, startedAt, context)) return true;
    if (isReopened || !(await canReopen(failure, context))) return false;
    isReopened = true;
    return true;
  };
  const handlers = {
    processMessage: (message: ServiceBusReceivedMessage) =>
      new Promise<void>((onSettled) => {
        const onSettling = (settling: LockedMessage) => unsettled.delete(settling);
        const held = withSettlementEvents(hold(message), { onSettling, onSettled });
        unsettled.add(held);
        put(held);
      }),
    processError: async ({ error }: ProcessErrorArgs) => {
      const failure = mapAzureError(error, context);
      // With a new token the SDK's own retry succeeds.
      const isRetried = await mayRetry(failure).catch(end);
      startedAt = performance.now();
      if (isRetried === false) end(failure);
    },
    // The SDK (7.9.5) calls it each time the link has opened. It is not part of the type of the handlers.
    postInitialize: async () => {
      if (!isLinkAccepted(receiver)) return;
      place[Symbol.dispose]();
      isReopened = false;
      onOpened?.();
    },
  };
  const subscription = receiver.subscribe(handlers, { autoCompleteMessages: false, maxConcurrentCalls: mostLocked });
  const stop = () => void subscription.close().then(() => end(), end);
  signal.addEventListener("abort", stop, { once: true });
  let isDead = false;
  const onLost = (error: unknown) => {
    isDead = true;
    end(error);
  };
  const endMonitors = [
    monitorLink(receiver, end),
    monitorKeepalive(receiver, { ping, onLost, ...omitUndefined({ onActivity, keepalive }) }),
  ];
  try {
    for (let some = await next(); some !== undefined; some = await next()) yield some;
  } finally {
    for (const endMonitor of endMonitors) endMonitor();
    signal.removeEventListener("abort", stop);
    const closed = closeTail(subscription, unsettled);
    // A dead connection does not answer this either.
    if (!isDead) await closed;
  }
}

/** On a connection that died silently each call takes a minute, and the error would reach the caller only then. */
async function closeTail(
  subscription: { close(): Promise<void> },
  unsettled: ReadonlySet<LockedMessage>,
): Promise<void> {
  await briefly("closing a link", subscription.close());
  await Promise.all([...unsettled].map((held) => briefly("abandoning a message", held.abandon())));
}

const closeMilliseconds = 2_000;

const briefly = (what: string, call: Promise<void>): Promise<void> =>
  withTimeout(what, closeMilliseconds, call).catch(() => {});

type SettlementEvents = { readonly onSettling: (held: LockedMessage) => void; readonly onSettled: () => void };

/**
 * The same message, which reports when its settlement starts and when it is done. From the start on it must not be
 * abandoned; when it is done, the broker may send the next message.
 */
function withSettlementEvents(held: LockedMessage, { onSettling, onSettled }: SettlementEvents): LockedMessage {
  const one = mapSettlement(held, (operation, call) => {
    if (operation === "renew_lock") return call();
    onSettling(one);
    return call().finally(onSettled);
  });
  return one;
}
