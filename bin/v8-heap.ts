/** The largest space for new objects. V8 allows 128 MB, and a stream of messages would fill it. */
const newObjectsAtMost = 16 * 1024 ** 2;
const [firstPause, longestPause] = [20, 1_000];
/** The releases that are known to read the flags below at each collection. Others may print a warning. */
const known = /^(?:22|24)\./;

/**
 * Keeps the memory of a long stream of messages below 150 MB, for an eighth more processor time (decision 22). The space for
 * new objects stops growing when it is large enough. The space for old objects grows by at most 80 % between two collections.
 * A short command ends before the first check.
 */
export function keepHeapSmall(nodeVersion: string): void {
  if (known.test(nodeVersion)) checkAfter(firstPause);
}

function checkAfter(pause: number): void {
  const timer = setTimeout(async () => {
    const { getHeapSpaceStatistics, setFlagsFromString } = await import("node:v8");
    const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
    if (space === undefined || space.space_size < newObjectsAtMost)
      return checkAfter(Math.min(1.2 * pause, longestPause));
    setFlagsFromString("--semi-space-growth-factor=1");
    setFlagsFromString("--heap-growing-percent=80");
  }, pause);
  timer.unref();
}
