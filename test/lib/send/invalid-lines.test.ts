import { expect, test } from "vitest";
import { Failure } from "../../../src/lib/errors/failure.ts";
import { createInvalidLines, nameLines } from "../../../src/lib/send/invalid-lines.ts";

test.each([
  [[3], "line 3"],
  [[3, 4], "lines 3-4"],
  [[5, 1, 3, 2, 9, 8, 3], "lines 1-3, 5, 8-9"],
  [[1, 2, 5, 6, 4, 3], "lines 1-6"],
])("%s is named %s", (numbers, text) => {
  expect(nameLines(numbers)).toBe(text);
});

function failureOf(count: number): Failure | undefined {
  const invalid = createInvalidLines();
  for (let line = 1; line <= count; line++)
    invalid.add({ line, failure: new Failure("MessageLineInvalid", `line ${line}: no`) });
  return invalid.failure(9);
}

test("one line keeps its own failure; of many, the first are described and all are named", () => {
  expect(failureOf(0)).toBeUndefined();
  expect(failureOf(1)?.message).toBe("line 1: no");
  expect(failureOf(8)?.message).toBe(
    "8 of 9 lines cannot be sent: line 1: no; line 2: no; line 3: no; line 4: no; line 5: no; and lines 6-8",
  );
});
