const beatMilliseconds = 1_000;

const looks = new Set<() => void>();
let timer: NodeJS.Timeout | undefined;

/** Has a look every second, until what is returned is called. All share one timer: a thousand would wake the process without pause. */
export function onEverySecond(look: () => void): () => void {
  looks.add(look);
  timer ??= setInterval(() => {
    for (const each of looks) each();
  }, beatMilliseconds);
  return () => {
    looks.delete(look);
    if (looks.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
