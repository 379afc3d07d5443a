import { createTimedSemaphore } from "../../concurrency/timed-semaphore.ts";

/** Tokens and links that are requested at the same time: a thousand tails that start, or reconnect, do not start together. */
const places = 32;

/** One for the process: its connections share the services, the sockets and the memory. */
export const connectLimiter = createTimedSemaphore({ places });
