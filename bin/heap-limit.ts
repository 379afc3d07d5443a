import type { HeapSpaceInfo } from "node:v8";
import { Failure } from "../src/lib/errors/failure.ts";

const megabyte = 1024 ** 2;
/** What a command that uses Azure's SDKs needs at least, beside the space for new objects. */
const smallestLimit = 24 * megabyte;
/** A stop needs memory, too: to settle what is held, and to print. */
const reservedShare = 0.12;
/** V8 ends the process at the fourth collection in a row that leaves more than 80 % and takes most of the time. */
const crowded = { share: 0.8, collections: 3, milliseconds: 5_000 };

type Program = {
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** The limit of the space for old objects in bytes, where it was set; the last setting counts, and arguments come last. */
export function heapLimitOf({ execArgv, env }: Program): number | undefined {
  const words = [...(env.NODE_OPTIONS ?? "").split(/\s+/), ...execArgv];
  const settings = words.flatMap((word, index) => {
    const [name, value = words[index + 1]] = word.replaceAll("_", "-").split("=");
    return name === "--max-old-space-size" ? [Number(value)] : [];
  });
  const megabytes = settings.at(-1);
  return megabytes === undefined || !(megabytes > 0) ? undefined : megabytes * megabyte;
}

/**
 * Stops the run before V8 ends the process silently, which it does where memory runs out (exit code 134). What survives a
 * collection of the whole heap is what is really needed, so that nothing else is compared with the limit.
 */
export async function guardHeapLimit(program: Program, stop: (failure: Failure) => void): Promise<void> {
  const limit = heapLimitOf(program);
  const [{ getHeapSpaceStatistics, getHeapStatistics }, { PerformanceObserver }] = await Promise.all([
    import("node:v8"),
    import("node:perf_hooks"),
  ]);
  if (limit !== undefined && limit < smallestLimit) throw heapLimitReached(limit);
  // V8's own number includes the space for new objects: without a setting it is a little too high.
  const limitNow = limit ?? getHeapStatistics().heap_size_limit;
  let last: readonly number[] = [];
  const observer = new PerformanceObserver((list) => {
    const whole = list.getEntries().filter((entry) => kindOf(entry) === wholeHeap);
    if (whole.length === 0) return;
    const share = oldObjects(getHeapSpaceStatistics()) / limitNow;
    const times = whole.map(({ startTime }) => startTime);
    last = share < crowded.share ? [] : [...last, ...times].slice(-crowded.collections);
    if (share < 1 - reservedShare && !areCrowded(last)) return;
    observer.disconnect();
    stop(heapLimitReached(limitNow));
  });
  observer.observe({ entryTypes: ["gc"] });
}

/** Whether the last collections of a heap that is almost full came soon after each other. */
const areCrowded = (times: readonly number[]) =>
  times.length === crowded.collections && (times.at(-1) ?? 0) - (times[0] ?? 0) < crowded.milliseconds;

/** Node's types do not have the details of an entry. */
const kindOf = (entry: object) => (entry as { readonly detail?: { readonly kind?: number } }).detail?.kind;

/** `constants.NODE_PERFORMANCE_GC_MAJOR` of node:perf_hooks. */
const wholeHeap = 4;

const heapLimitReached = (limit: number) =>
  new Failure("HeapLimitReached", `the memory that Node allows is used up: ${Math.round(limit / megabyte)} MB`);

const isYoung = ({ space_name }: HeapSpaceInfo) => space_name.startsWith("new_");

const oldObjects = (spaces: readonly HeapSpaceInfo[]) =>
  spaces.filter((space) => !isYoung(space)).reduce((sum, { space_used_size }) => sum + space_used_size, 0);
