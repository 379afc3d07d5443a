const intervalMilliseconds = 1_000;

const callbacks = new Set<() => void>();
let timer: NodeJS.Timeout | undefined;

/** Calls back every second until the returned function is called. All callers share one timer: a thousand would keep the process busy. */
export function onEverySecond(callback: () => void): () => void {
  callbacks.add(callback);
  timer ??= setInterval(() => {
    for (const each of callbacks) each();
  }, intervalMilliseconds);
  return () => {
    callbacks.delete(callback);
    if (callbacks.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
