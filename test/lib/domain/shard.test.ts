import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCustomerName } from "../../../src/lib/domain/customer.ts";
import { belongsTo, parseShard, replicaOf } from "../../../src/lib/domain/shard.ts";

const names = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/).map(parseCustomerName);
const counts = fc.integer({ min: 1, max: 24 });

test("each customer belongs to exactly one replica", () => {
  fc.assert(
    fc.property(names, counts, (name, count) => {
      const owners = Array.from({ length: count }, (_, index) => ({ index, count })).filter((one) =>
        belongsTo(one, name),
      );

      expect(owners).toEqual([{ index: replicaOf(name, count), count }]);
    }),
  );
});

test("a new replica takes customers over, and no customer moves between the old ones", () => {
  fc.assert(
    fc.property(names, counts, (name, count) => {
      expect([replicaOf(name, count), count]).toContain(replicaOf(name, count + 1));
    }),
  );
});

test("only the customers of a removed replica move", () => {
  fc.assert(
    fc.property(names, counts, (name, count) => {
      const before = replicaOf(name, count + 1);
      if (before < count) expect(replicaOf(name, count)).toBe(before);
    }),
  );
});

test("a thousand customers are distributed evenly, and a fifth replica gets a fifth of them", () => {
  const thousand = Array.from({ length: 1_000 }, (_, index) => parseCustomerName(`customer-${index}`));
  const shares = Array.from(
    { length: 4 },
    (_, index) => thousand.filter((name) => belongsTo({ index, count: 4 }, name)).length,
  );
  const moved = thousand.filter((name) => replicaOf(name, 4) !== replicaOf(name, 5));

  // Four standard deviations of a fair draw.
  for (const share of shares) expect(Math.abs(share - 250)).toBeLessThan(55);
  expect(Math.abs(moved.length - 200)).toBeLessThan(51);
});

test("every version shares them out alike: two run side by side during an update", () => {
  const shares = ["acme", "fabrikam", "tailspin", "contoso"].map((name) => replicaOf(parseCustomerName(name), 4));

  expect(shares).toEqual([1, 1, 3, 2]);
});

test.each([
  ["0/1", { index: 0, count: 1 }],
  ["3/4", { index: 3, count: 4 }],
  ["1023/1024", { index: 1023, count: 1024 }],
])("%s is a shard", (text, parsed) => {
  expect(parseShard(text)).toEqual(parsed);
});

test.each(["4/4", "0/0", "1", "-1/4", "1/4/2", "a/b", "0/1025", "0/ 4", ""])("'%s' is none", (text) => {
  expect(() => parseShard(text)).toThrow(/expected a replica's index/);
});
