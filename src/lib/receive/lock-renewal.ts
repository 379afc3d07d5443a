import type { LockedMessage } from "../ports/azure-services.ts";

const shortestPause = 2_000;
const longestPause = 20_000;

/**
 * Renews a message's lock until disposed of. A renewal that fails is not repeated: the lock is lost then, and settling the
 * message fails.
 */
export function renewLockUntilDisposed(locked: LockedMessage): Disposable {
  let timer: NodeJS.Timeout | undefined;
  let disposed = false;
  const plan = () => {
    if (disposed) return;
    // The broker's clock may differ from ours, so half of the remaining time is bounded both ways.
    const half = (locked.lockedUntil.getTime() - Date.now()) / 2;
    timer = setTimeout(renew, Math.min(Math.max(half, shortestPause), longestPause));
  };
  const renew = () => void locked.renewLock().then(plan, () => {});
  plan();
  return {
    [Symbol.dispose]: () => {
      disposed = true;
      clearTimeout(timer);
    },
  };
}
