import type { Clock } from "./clock.ts";
import { createHeap, type HeapEntry } from "./heap.ts";

export type Deadline = HeapEntry<() => void>;

/** Things to do at their time, driven by one timer for the earliest. */
export type Deadlines = {
  add(time: number, due: () => void): Deadline;
  cancel(deadline: Deadline): void;
  /** Runs what is due, in order of time; callers do so before they look, so that a late timer changes nothing. */
  runDue(): void;
  close(): void;
};

/** `afterWake` runs after the timer, and not a caller, ran the deadlines. */
export function createDeadlines(clock: Clock, afterWake: () => void): Deadlines {
  const heap = createHeap<() => void>();
  let armed: { readonly time: number; readonly cancel: () => void } | undefined;

  /** An early timer stays: it finds nothing due and is set again. */
  function arm() {
    const time = heap.first()?.rank;
    if (time !== undefined && armed !== undefined && armed.time <= time) return;
    armed?.cancel();
    armed = time === undefined ? undefined : { time, cancel: clock.wakeAt(time, wake) };
  }

  function wake() {
    armed = undefined;
    runDue();
    afterWake();
  }

  function runDue() {
    for (let entry = heap.first(); entry && entry.rank <= clock.now(); entry = heap.first()) {
      heap.remove(entry);
      entry.item();
    }
    arm();
  }

  return {
    add(time, due) {
      const entry = heap.add(time, due);
      arm();
      return entry;
    },
    cancel(deadline) {
      heap.remove(deadline);
      if (heap.size === 0) arm();
    },
    runDue,
    close() {
      for (let entry = heap.first(); entry; entry = heap.first()) heap.remove(entry);
      arm();
    },
  };
}
