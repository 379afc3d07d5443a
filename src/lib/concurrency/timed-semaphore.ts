import { createSemaphore, type Semaphore } from "./semaphore.ts";

/** After this time, work that still waits for a silent service no longer delays others. */
const defaultLongestHold = 3_000;

type TimedSemaphoreOptions = { readonly places: number; readonly milliseconds?: number };

/** A semaphore whose places are free again when they are disposed of, or after a time. */
export function createTimedSemaphore({ places, milliseconds = defaultLongestHold }: TimedSemaphoreOptions): Semaphore {
  const semaphore = createSemaphore(places);
  return async () => {
    const place = await semaphore();
    let timer: NodeJS.Timeout | undefined;
    const leave = () => {
      if (timer === undefined) return;
      clearTimeout(timer);
      timer = undefined;
      place[Symbol.dispose]();
    };
    timer = setTimeout(leave, milliseconds);
    return { [Symbol.dispose]: leave };
  };
}
