import { describe, expect, test } from "vitest";
import { mergeStreams } from "../../../src/lib/concurrency/merge-streams.ts";

const never = new AbortController().signal;
const turn = () => new Promise(setImmediate);

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = [];
  for await (const value of stream) seen.push(value);
  return seen;
}

describe("a stream that fails", () => {
  const failing = async function* () {
    yield "last words";
    throw new Error("connection broke");
  };

  test("ends them all with its error, after what had arrived", async () => {
    const seen: string[] = [];
    const all = async () => {
      for await (const value of mergeStreams(never, [failing])) seen.push(value);
    };

    await expect(all()).rejects.toThrow("connection broke");
    expect(seen).toEqual(["last words"]);
  });

  test("aborts the signal of the others, and they clean up before the error comes out", async () => {
    let cleanedUp = false;
    const waiting = async function* (signal: AbortSignal) {
      try {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        yield* [];
      } finally {
        await turn();
        cleanedUp = true;
      }
    };

    await expect(collect(mergeStreams<string>(never, [failing, waiting]))).rejects.toThrow("connection broke");
    expect(cleanedUp).toBe(true);
  });

  test("while it is opened ends them as well", async () => {
    const open = () => {
      throw new Error("cannot open");
    };

    await expect(collect(mergeStreams(never, [open]))).rejects.toThrow("cannot open");
  });
});
