/** Limits how much runs at the same time. Further callers wait in order. Disposing of a place gives it to the next caller. */
export type Semaphore = () => Promise<Disposable>;

/** Own code rather than p-limit: a place may be held across the steps of a generator, which a wrapped call cannot do. */
export function createSemaphore(places: number): Semaphore {
  const waiting: (() => void)[] = [];
  let free = places;
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((enter) => waiting.push(enter));
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (held) leave();
        held = false;
      },
    };
  };
}

export const unlimited: Semaphore = async () => ({ [Symbol.dispose]: () => {} });
