const slices = 30;
const sliceMilliseconds = 10_000;
const rateSlices = 6;

/** What came in the last minutes: how much, how fast, and when last. */
export type EventRate = {
  note(who: string): void;
  readonly last: { readonly who: string; readonly at: number } | undefined;
  /** Events for each second, over the last minute or over the whole time when it is shorter. */
  rate(): number;
  /** Events in each ten seconds, the latest last: five minutes, or the whole time when it is shorter. */
  slices(): readonly number[];
};

/** Remembers a fixed number of figures, however much comes and however long it is watched. */
export function createEventRate(now: () => number = Date.now): EventRate {
  const begun = now();
  const counts = [0];
  let current = sliceOf(begun);
  let last: EventRate["last"];
  const advance = () => {
    const missed = Math.min(sliceOf(now()) - current, slices);
    for (let one = 0; one < missed; one += 1) counts.push(0);
    counts.splice(0, counts.length - slices);
    current = Math.max(current, sliceOf(now()));
  };
  return {
    note: (who) => {
      advance();
      counts.push((counts.pop() ?? 0) + 1);
      last = { who, at: now() };
    },
    get last() {
      return last;
    },
    rate: () => {
      advance();
      const lately = counts.slice(-rateSlices).reduce((total, count) => total + count, 0);
      const covered = Math.min((rateSlices - 1) * sliceMilliseconds + (now() % sliceMilliseconds), now() - begun);
      return lately / Math.max(1, covered / 1_000);
    },
    slices: () => {
      advance();
      return [...counts];
    },
  };
}

const sliceOf = (at: number) => Math.floor(at / sliceMilliseconds);
