import { createSemaphore } from "../../concurrency/semaphore.ts";

/** Tokens and links that are asked for at a time: a thousand tails that begin, or come back, together are no herd. */
const atATime = 32;
/** So long one of them may keep the others waiting; the slow ones go on beside those that come after. */
const patience = 3_000;

type ConnectLimiter = { readonly places?: number; readonly milliseconds?: number };

/** Lets so many in at a time. A place is free again when it is disposed of, or after a while: nobody waits for those who hang. */
export function createConnectLimiter({
  places = atATime,
  milliseconds = patience,
}: ConnectLimiter = {}): () => Promise<Disposable> {
  const limit = createSemaphore(places);
  return async () => {
    const place = await limit();
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

/** Of this process: what is spared are the services, the sockets and the memory that all of it share. */
export const connectLimiter = createConnectLimiter();
