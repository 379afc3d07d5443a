import { expect, test } from "vitest";
import { pack, unpack } from "../../src/state/packing.ts";

test("maps, dates and what looks like them come back as they were", () => {
  const value = {
    map: new Map([["a", new Map([["b", { at: new Date(5), list: [new Date(6), null, "x"] }]])]]),
    empty: new Map(),
    tricky: [{ $date: "no date" }, { $map: 7 }, { $plain: { $date: "x" } }, { $date: "1", other: 2 }],
  };

  expect(unpack(pack(value))).toEqual(value);
});
