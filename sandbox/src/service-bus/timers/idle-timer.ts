import type { Clock } from "./clock.ts";

/** Calls a function once after a time without activity. */
export type IdleTimer = {
  /** Reports activity. */
  touch(): void;
  stop(): void;
};

/** An early timer is set again, so that reporting activity is cheap. */
export function createIdleTimer(clock: Clock, milliseconds: number, expired: () => void): IdleTimer {
  let last = clock.now();
  let cancel = clock.wakeAt(last + milliseconds, wake);

  function wake() {
    if (clock.now() >= last + milliseconds) expired();
    else cancel = clock.wakeAt(last + milliseconds, wake);
  }

  return {
    touch() {
      last = clock.now();
    },
    stop: () => cancel(),
  };
}
