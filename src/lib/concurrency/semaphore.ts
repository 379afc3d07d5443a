/** Lets so many in at a time; the others wait in order. Disposing of the place lets the next one in. */
export type Semaphore = () => Promise<Disposable>;

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
    return { [Symbol.dispose]: leave };
  };
}

export const unlimited: Semaphore = async () => ({ [Symbol.dispose]: () => {} });
