import type { Clock } from "../../src/service-bus/timers/clock.ts";

export type FakeClock = Clock & {
  /** Moves the time on, and fires the timers on the way as real ones would. */
  advance(milliseconds: number): void;
  /** Moves the time on without firing anything, as if the timers were late. */
  skip(milliseconds: number): void;
  readonly timers: number;
};

export function createFakeClock(start = 1_000_000): FakeClock {
  let now = start;
  const timers = new Map<symbol, { readonly time: number; readonly wake: () => void }>();

  function nextDue(until: number) {
    const due = [...timers].filter(([, { time }]) => time <= until).sort(([, a], [, b]) => a.time - b.time);
    return due[0];
  }

  return {
    now: () => now,
    wakeAt(time, wake) {
      const id = Symbol("timer");
      timers.set(id, { time, wake });
      return () => timers.delete(id);
    },
    advance(milliseconds) {
      const until = now + milliseconds;
      for (let due = nextDue(until); due; due = nextDue(until)) {
        const [id, { time, wake }] = due;
        now = Math.max(now, time);
        timers.delete(id);
        wake();
      }
      now = until;
    },
    skip(milliseconds) {
      now += milliseconds;
    },
    get timers() {
      return timers.size;
    },
  };
}
