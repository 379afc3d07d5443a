import type { Clock } from "./clock.ts";

/** Runs something once when nothing has happened for a while. */
export type IdleTimer = {
  /** Something happened. */
  touch(): void;
  stop(): void;
};

/** Touching costs nothing: a timer that comes too early is set again. */
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
