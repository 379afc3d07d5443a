import { expect, test } from "vitest";
import { readLines } from "../../../src/lib/send/json-lines.ts";

async function* of(...chunks: readonly string[]) {
  for (const chunk of chunks) yield Buffer.from(chunk);
}
const read = async (chunks: AsyncIterable<Uint8Array>, most: number) =>
  (await Array.fromAsync(readLines(chunks, most))).flat();

const tooLong = (number: number) => ({ number, isTooLong: true, problem: "it has more than 5 bytes" });

test.each([
  [["aaaaaaaaa\nb"], [tooLong(1), { number: 2, text: "b" }]],
  [
    ["a\nbbb", "bbb", "bbb\nc\n"],
    [{ number: 1, text: "a" }, tooLong(2), { number: 3, text: "c" }],
  ],
  [
    ["a\n", "bbbbbb"],
    [{ number: 1, text: "a" }, tooLong(2)],
  ],
  [
    ["aaaaa\n", "bbbbb"],
    [
      { number: 1, text: "aaaaa" },
      { number: 2, text: "bbbbb" },
    ],
  ],
  [
    ["aaaaaa", "a", "\n\nb"],
    [tooLong(1), { number: 3, text: "b" }],
  ],
])("of %j, lines over the limit are named by their numbers, and the others stay", async (chunks, lines) => {
  expect(await read(of(...chunks), 5)).toEqual(lines);
});

test("a line over the limit is reported while it is still being written", async () => {
  let portions = 0;
  async function* endless() {
    for (;;) {
      portions += 1;
      yield Buffer.alloc(1_000, "x");
    }
  }

  for await (const [line] of readLines(endless(), 5_000)) {
    expect(line).toMatchObject({ number: 1, isTooLong: true });
    break;
  }

  expect(portions).toBe(6);
});
