import { describe, expect, test } from "vitest";
import { mergeStreams } from "../../../src/lib/concurrency/merge-streams.ts";

const never = new AbortController().signal;
const turn = () => new Promise(setImmediate);

/** A stream that records when it has cleaned up. */
const cleaning = (closed: string[], name: string) =>
  async function* () {
    try {
      for (let value = 1; ; value += 1) {
        await turn();
        yield `${name}${value}`;
      }
    } finally {
      closed.push(name);
    }
  };

describe("a consumer that leaves early", () => {
  test("by a break: every stream has cleaned up when the loop is left", async () => {
    const closed: string[] = [];

    for await (const _ of mergeStreams(never, [cleaning(closed, "a"), cleaning(closed, "b")])) break;

    expect(closed.sort()).toEqual(["a", "b"]);
  });

  test("by a failure: every stream has cleaned up, and the failure comes out", async () => {
    const closed: string[] = [];
    const failing = async () => {
      for await (const _ of mergeStreams(never, [cleaning(closed, "a"), cleaning(closed, "b")]))
        throw new Error("sink is full");
    };

    await expect(failing()).rejects.toThrow("sink is full");
    expect(closed.sort()).toEqual(["a", "b"]);
  });

  test("does not let a stream go on from the value that was not consumed", async () => {
    const seen: string[] = [];
    const settling = async function* () {
      yield 1;
      seen.push("settled");
    };

    for await (const _ of mergeStreams(never, [settling])) break;

    expect(seen).toEqual([]);
  });

  test("before the first value: every stream that was opened cleans up", async () => {
    const closed: string[] = [];
    const silent = async function* (signal: AbortSignal) {
      try {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        yield* [];
      } finally {
        closed.push("silent");
      }
    };

    for await (const _ of mergeStreams<string>(never, [silent, cleaning(closed, "a")])) break;

    expect(closed.sort()).toEqual(["a", "silent"]);
  });
});

test("a stream that still yields a value after another has failed does not delay the end", async () => {
  const failing = async function* () {
    yield* [];
    throw new Error("connection broke");
  };
  const handingOut = async function* (signal: AbortSignal) {
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    yield "what was locked";
  };
  const all = async () => {
    for await (const _ of mergeStreams<string>(never, [failing, handingOut]));
  };

  await expect(all()).rejects.toThrow("connection broke");
});
