import { describe, expect, test } from "vitest";
import { mergeStreams } from "../../../src/lib/concurrency/merge-streams.ts";

const never = new AbortController().signal;
const turn = () => new Promise(setImmediate);

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = [];
  for await (const value of stream) seen.push(value);
  return seen;
}

/** A stream that yields each value on request. */
function gated<T>(values: readonly T[]) {
  const gates = values.map(() => Promise.withResolvers<void>());
  async function* open() {
    for (const [index, value] of values.entries()) {
      await gates[index]?.promise;
      yield value;
    }
  }
  return { open, give: (index: number) => gates[index]?.resolve() };
}

describe("many streams as one", () => {
  test("come in order of arrival, not of opening", async () => {
    const [a, b] = [gated(["a1", "a2"]), gated(["b1"])];
    const merged = mergeStreams(never, [a.open, b.open]);

    const values: unknown[] = [];
    for (const give of [() => b.give(0), () => a.give(0), () => a.give(1)]) {
      const next = merged.next();
      give();
      values.push((await next).value);
    }

    expect(values).toEqual(["b1", "a1", "a2"]);
    expect((await merged.next()).done).toBe(true);
  });

  test("without any stream end at once", async () => {
    expect(await collect(mergeStreams(never, []))).toEqual([]);
  });

  test("end when the last has ended, the silent ones as well", async () => {
    const silent = gated([]);

    expect(await collect(mergeStreams(never, [gated([]).open, silent.open]))).toEqual([]);
  });

  test("can be a thousand: every value comes once, in the order of its stream", async () => {
    const streams = Array.from(
      { length: 1_000 },
      (_, stream) =>
        async function* () {
          for (const value of [1, 2, 3]) {
            yield { stream, value };
            await turn();
          }
        },
    );

    const seen = await collect(mergeStreams(never, streams));

    expect(seen).toHaveLength(3_000);
    for (const stream of [0, 500, 999])
      expect(seen.filter((each) => each.stream === stream).map(({ value }) => value)).toEqual([1, 2, 3]);
  });
});

describe("a stream", () => {
  test("goes on only after its value has been consumed", async () => {
    const seen: string[] = [];
    const settling = (name: string) =>
      async function* () {
        yield name;
        seen.push(`settled ${name}`);
      };

    for await (const name of mergeStreams(never, [settling("a"), settling("b")])) {
      seen.push(`got ${name}`);
      await turn();
      seen.push(`done ${name}`);
    }

    for (const name of ["a", "b"])
      expect(seen.filter((line) => line.endsWith(name))).toEqual([`got ${name}`, `done ${name}`, `settled ${name}`]);
  });

  test("that is slow does not delay another", async () => {
    const slow = gated(["slow"]);
    async function* quick() {
      yield* ["quick", "quick", "quick"];
    }
    const merged = mergeStreams(never, [slow.open, quick]);

    expect([await merged.next(), await merged.next(), await merged.next()].map(({ value }) => value)).toEqual([
      "quick",
      "quick",
      "quick",
    ]);
    slow.give(0);
    expect((await merged.next()).value).toBe("slow");
    expect((await merged.next()).done).toBe(true);
  });
});

test("a stop reaches every stream through its signal", async () => {
  const stop = new AbortController();
  const watching = async function* (signal: AbortSignal) {
    yield "ready";
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
    yield "stopped";
  };

  const seen: string[] = [];
  for await (const value of mergeStreams(stop.signal, [watching, watching])) {
    seen.push(value);
    if (seen.length === 2) stop.abort();
  }

  expect(seen).toEqual(["ready", "ready", "stopped", "stopped"]);
});
