/** The time of the queue engine; milliseconds since 1970. */
export type Clock = {
  now(): number;
  /** Runs `wake` once at or after the time, unless the returned function is called first. */
  wakeAt(time: number, wake: () => void): () => void;
};

/** Longest delay of a Node timer; a later wake-up comes early, and its caller sets it again. */
const longestDelay = 2 ** 31 - 1;

/** The real clock. Its timers do not keep the process alive. */
export const createClock = (now: () => Date): Clock => ({
  now: () => now().getTime(),
  wakeAt(time, wake) {
    const delay = Math.min(Math.max(time - now().getTime(), 0), longestDelay);
    const timer = setTimeout(wake, delay).unref();
    return () => clearTimeout(timer);
  },
});
