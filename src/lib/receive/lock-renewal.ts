import type { LockedMessage } from "../ports/azure-services.ts";

const shortestPause = 2_000;
const longestPause = 20_000;

/**
 * Renews messages' locks until disposed of. A renewal that fails is not repeated: the lock is lost then, and settling the
 * message fails. All messages have one timer until the first renewal, because most are settled before it.
 */
export function renewLocksUntilDisposed(...messages: readonly LockedMessage[]): Disposable {
  const timers = new Set<NodeJS.Timeout>();
  let disposed = false;
  const plan = (some: readonly LockedMessage[]) => {
    if (disposed) return;
    // The broker's clock may differ from ours, so half of the remaining time is bounded both ways.
    const half = (Math.min(...some.map((one) => one.lockedUntil.getTime())) - Date.now()) / 2;
    const renew = () => {
      timers.delete(timer);
      for (const one of some)
        void one.renewLock().then(
          () => plan([one]),
          () => {},
        );
    };
    const timer = setTimeout(renew, Math.min(Math.max(half, shortestPause), longestPause));
    timers.add(timer);
  };
  plan(messages);
  return {
    [Symbol.dispose]: () => {
      disposed = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
