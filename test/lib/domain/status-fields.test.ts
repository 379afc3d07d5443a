import { describe, expect, test } from "vitest";
import { statusId } from "../../../src/lib/domain/status-fields.ts";

describe("a status's id", () => {
  test("is made of the command's id", () => {
    expect(statusId({ messageId: "cmd-1", sequenceNumber: 5n })).toBe("status-cmd-1");
  });

  test("is made of the sequence number when the command has no id", () => {
    expect(statusId({ messageId: undefined, sequenceNumber: 9_007_199_254_740_993n })).toBe("status-9007199254740993");
  });

  test("is the command's whole id up to the longest that Service Bus takes", () => {
    expect(statusId({ messageId: "m".repeat(121), sequenceNumber: 1n })).toBe(`status-${"m".repeat(121)}`);
  });

  test("of a longer id is a digest: short enough, stable, and different for different commands", () => {
    const id = (last: string) => statusId({ messageId: "m".repeat(127) + last, sequenceNumber: 1n });

    expect(id("a").length).toBeLessThanOrEqual(128);
    expect(id("a")).toMatch(/^status-[0-9a-f]{64}$/);
    expect(id("a")).toBe(id("a"));
    expect(id("a")).not.toBe(id("b"));
  });

  test("does not depend on the delivery", () => {
    expect(statusId({ messageId: "cmd-1", sequenceNumber: 1n })).toBe(
      statusId({ messageId: "cmd-1", sequenceNumber: 2n }),
    );
  });
});
