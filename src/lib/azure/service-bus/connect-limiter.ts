import { createSemaphore, type Semaphore } from "../../concurrency/semaphore.ts";

/** Tokens and links that are requested at the same time: a thousand tails that start, or reconnect, do not start together. */
const defaultPlaces = 32;
/** A connection that takes longer no longer holds a place, so that connections that hang do not block the others. */
const longestHold = 3_000;

type ConnectLimiterOptions = { readonly places?: number; readonly milliseconds?: number };

/** A semaphore whose places are free again when they are disposed of, or after a time. */
export function createConnectLimiter({
  places = defaultPlaces,
  milliseconds = longestHold,
}: ConnectLimiterOptions = {}): Semaphore {
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

/** One for the process: its connections share the services, the sockets and the memory. */
export const connectLimiter = createConnectLimiter();
