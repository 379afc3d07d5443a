import { InvalidArgumentError } from "commander";
import { describe, expect, test } from "vitest";
import { parseArgument, parseCount, parsePort, parseRepeatedArgument } from "../../../src/cli/options/parsers.ts";
import {
  parseDays,
  parseDelay,
  parseDuration,
  parseMoment,
  parseTime,
  parseTimeToLive,
} from "../../../src/cli/options/times.ts";
import { parseCustomerName } from "../../../src/lib/domain/customer.ts";

describe("a duration", () => {
  test.each([
    ["0s", 0],
    ["250ms", 250],
    ["30s", 30_000],
    ["1.5s", 1_500],
    ["5m", 300_000],
    ["2h", 7_200_000],
    ["1d", 86_400_000],
    ["1w", 604_800_000],
  ])("%s is %d milliseconds", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  test.each(["", "30", "s", "-1s", "1 s", "1S", "1.s", ".5s", "1e3s", "4w", "1s1s", "1s\n", "Infinitys"])(
    "is not %j",
    (text) => {
      expect(() => parseDuration(text)).toThrow(InvalidArgumentError);
    },
  );
});

describe("a time to live", () => {
  test.each([
    ["1ms", 1],
    ["0.5s", 500],
    ["30d", 2_592_000_000],
    ["90d", 7_776_000_000],
    ["2w", 1_209_600_000],
    ["10675199d", 922_337_193_600_000],
  ])("%s is %d milliseconds", (text, milliseconds) => {
    expect(parseTimeToLive(text)).toBe(milliseconds);
  });

  test.each(["0s", "0.1ms", "10675200d", "99999999999999999999w", "-1d", "1y", "P1D", "30", ""])(
    "is not %j",
    (text) => {
      expect(() => parseTimeToLive(text)).toThrow(InvalidArgumentError);
    },
  );
});

describe("when a message is delivered", () => {
  test("is any time that Service Bus can hold", () => {
    expect(parseDelay("0s")).toBe(0);
    expect(parseDelay("26w")).toBe(15_724_800_000);
    expect(parseDelay("36500d")).toBe(3_153_600_000_000);
    expect(parseMoment("9999-12-31T23:59:59Z").getTime()).toBe(Date.UTC(9999, 11, 31, 23, 59, 59));
  });

  test.each(["3000000d", "1e3d", "1mo"])("is not after %j", (text) => {
    expect(() => parseDelay(text)).toThrow(InvalidArgumentError);
  });

  test.each(["2026-02-30T12:00:00Z", "9999-12-31T23:59:59-05:00", "10000-01-01T00:00:00Z", "2026-01-31T12:00:00"])(
    "is not at %j",
    (text) => {
      expect(() => parseMoment(text)).toThrow(InvalidArgumentError);
    },
  );
});

describe("a time as a person types it", () => {
  const now = new Date(2026, 10, 26, 12, 0, 0);
  const local = (day: number, hour = 0, minute = 0, second = 0) => new Date(2026, 10, day, hour, minute, second);

  test.each([
    ["14:30", local(26, 14, 30)],
    ["9:05:30", local(27, 9, 5, 30)],
    ["12:00", local(27, 12)],
    ["tomorrow", local(27)],
    ["Tomorrow 14:30", local(27, 14, 30)],
    ["2026-12-01", new Date(2026, 11, 1)],
    ["15m", local(26, 12, 15)],
  ])("%s is ahead", (text, date) => {
    expect(parseMoment(text, now)).toEqual(date);
  });

  test.each([
    ["14:30", local(25, 14, 30)],
    ["9:05", local(26, 9, 5)],
    ["yesterday", local(25)],
    ["today", local(26)],
    ["yesterdayT23:59", local(25, 23, 59)],
    ["15m", local(26, 11, 45)],
  ])("%s is past", (text, date) => {
    expect(parseTime(text, now)).toEqual(date);
  });

  test.each(["", "24:00", "14:60", "noon", "tomorrow14:30", "2026-02-31", "14", "2026-01-31T12:00:00", "-15m"])(
    "is not %j",
    (text) => {
      expect(() => parseMoment(text, now)).toThrow(InvalidArgumentError);
      expect(() => parseTime(text, now)).toThrow(InvalidArgumentError);
    },
  );
});

describe("a count", () => {
  test.each([
    ["1", 1],
    ["50", 50],
    ["999999999", 999_999_999],
  ])("%s is %d", (text, value) => {
    expect(parseCount(text)).toBe(value);
  });

  test.each(["", "0", "-1", "1.5", "01", "+1", "1e3", "ten", "1000000000", " 1"])("is not %j", (text) => {
    expect(() => parseCount(text)).toThrow("expected a whole number of at least 1.");
  });
});

describe("a port", () => {
  test.each([
    ["0", 0],
    ["5671", 5_671],
    ["65535", 65_535],
  ])("%s is %d", (text, value) => {
    expect(parsePort(text)).toBe(value);
  });

  test.each(["", "65536", "-1", "0x10", "1.5", "amqps"])("is not %j", (text) => {
    expect(() => parsePort(text)).toThrow("expected a port, 0 to 65535.");
  });
});

describe("a parser of the domain on the command line", () => {
  test("gives its value", () => {
    expect(parseArgument(parseCustomerName)("acme")).toBe("acme");
  });

  test("fails as commander's own do, with its own message", () => {
    expect(() => parseArgument(parseCustomerName)("ACME")).toThrow(InvalidArgumentError);
    expect(() => parseArgument(parseCustomerName)("ACME")).toThrow(/lower-case letters/);
  });

  test("may be repeated: each value joins those before, which stay as they were", () => {
    const parse = parseRepeatedArgument(parseCustomerName);
    const first = parse("acme");

    expect(parse("fabrikam", first)).toEqual(["acme", "fabrikam"]);
    expect(first).toEqual(["acme"]);
    expect(() => parse("ACME", first)).toThrow(InvalidArgumentError);
  });
});

describe("days", () => {
  test.each([
    ["1d", 1],
    ["90d", 90],
    ["730d", 730],
  ])("'%s' is %i", (text, number) => {
    expect(parseDays(text)).toBe(number);
  });

  test.each(["0d", "731d", "90", "1.5d", "3m", "-1d", ""])("'%s' is refused", (text) => {
    expect(() => parseDays(text)).toThrow(InvalidArgumentError);
  });
});
