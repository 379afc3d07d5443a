type Ticker = { readonly timer: NodeJS.Timeout; readonly callbacks: Set<() => void> };

const tickers = new Map<number, Ticker>();

/**
 * Calls back at this interval, until the returned function is called. All callers of one interval share one timer: a thousand timers
 * would keep the process busy.
 */
export function onEvery(milliseconds: number, callback: () => void): () => void {
  const { timer, callbacks } = tickers.get(milliseconds) ?? startTicker(milliseconds);
  callbacks.add(callback);
  return () => {
    if (!callbacks.delete(callback) || callbacks.size > 0) return;
    clearInterval(timer);
    tickers.delete(milliseconds);
  };
}

function startTicker(milliseconds: number): Ticker {
  const callbacks = new Set<() => void>();
  const timer = setInterval(() => {
    for (const each of callbacks) each();
  }, milliseconds);
  const ticker = { timer, callbacks };
  tickers.set(milliseconds, ticker);
  return ticker;
}
