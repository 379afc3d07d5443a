import type { LockedMessage } from "../ports/azure-services.ts";

const shortest = 2_000;
const longest = 20_000;

/**
 * Renews a message's lock until disposed of. A renewal that fails is not repeated: the lock is lost then, and settling the
 * message says so.
 */
export function renewLockUntilDisposed(held: LockedMessage): Disposable {
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const plan = () => {
    if (over) return;
    // The broker's clock may differ from ours, so that the half of what seems to be left is bounded both ways.
    const half = (held.lockedUntil.getTime() - Date.now()) / 2;
    timer = setTimeout(renew, Math.min(Math.max(half, shortest), longest));
  };
  const renew = () => void held.renewLock().then(plan, () => {});
  plan();
  return {
    [Symbol.dispose]: () => {
      over = true;
      clearTimeout(timer);
    },
  };
}
