import { InvalidArgumentError } from "commander";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseSequenceNumber } from "../../../src/cli/options/parsers.ts";
import { formatDuration, parseDuration, parseTime } from "../../../src/cli/options/times.ts";
import { parseProperty } from "../../../src/lib/domain/message-property.ts";

/** Checks a property; a failure shows the generated values. */
const always = <T>(drawn: fc.Arbitrary<T>, holds: (one: T) => void) =>
  fc.assert(
    fc.property(drawn, (one) => {
      holds(one);
    }),
    { seed: 20_261_124, numRuns: 300 },
  );

test("a duration reads back as it is written, and longer ones than a timer can wait are refused", () => {
  always(fc.nat(2 ** 31 - 1), (milliseconds) => expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds));
  always(fc.integer({ min: 25, max: 1_000_000 }), (days) =>
    expect(() => parseDuration(`${days}d`)).toThrow(InvalidArgumentError),
  );
});

test("a sequence number keeps all of its 64 bits, a time its milliseconds", () => {
  always(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (number) =>
    expect(parseSequenceNumber(String(number))).toBe(number),
  );
  always(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date("2100-01-01") }), (at) =>
    expect(parseTime(at.toISOString())).toEqual(at),
  );
});

test("a property is split at its first equals sign: name, type and value come back as they were typed", () => {
  const name = fc.stringMatching(/^[^=:]{1,128}$/);
  always(fc.tuple(name, fc.string()), ([key, value]) => expect(parseProperty(`${key}=${value}`)).toEqual([key, value]));
  always(fc.tuple(name, fc.integer()), ([key, value]) =>
    expect(parseProperty(`${key}:int=${value}`)).toEqual([key, { type: "int", value: String(value) }]),
  );
});
