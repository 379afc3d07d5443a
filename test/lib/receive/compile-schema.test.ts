import { expect, test } from "vitest";
import { compileSchema, schemaProblem } from "../../../src/lib/receive/compile-schema.ts";

test.each([
  [{ type: ["string", "null"] }, 7, "must be of type string or null"],
  [{ enum: ["a", 1] }, 7, "must be one of a, 1"],
  [{ const: 1 }, 7, "must be 1"],
  [{ required: ["id"] }, {}, "must have 'id'"],
  [{ dependentRequired: { id: ["version"] } }, { id: 1 }, "must have 'version'"],
  [{ additionalProperties: false }, { id: 1 }, "must not have 'id'"],
  [{ minimum: 3 }, 1, "must be at least 3"],
  [{ maximum: 3 }, 4, "must be at most 3"],
  [{ exclusiveMinimum: 3 }, 3, "must be more than 3"],
  [{ exclusiveMaximum: 3 }, 3, "must be less than 3"],
  [{ multipleOf: 2 }, 3, "must be a multiple of 2"],
  [{ minLength: 2 }, "a", "must have at least 2 characters"],
  [{ maxItems: 1 }, [1, 2], "must have at most 1 elements"],
  [{ minProperties: 1 }, {}, "must have at least 1 keys"],
  [{ uniqueItems: true }, [1, 1], "must not have the same element twice"],
  [{ pattern: "^a" }, "b", "must match ^a"],
  [{ not: {} }, 1, "does not keep to 'not'"],
])("%j refuses %j in words of ours", async (schema, value, problem) => {
  const check = await compileSchema(schema);

  expect(check(value)).toBe(false);
  expect(check.errors?.map(schemaProblem)).toEqual([problem]);
});

test.each([
  [{ type: "text" }, /^\/type must be one of array, boolean/],
  [
    { $ref: "https://contoso.example/order.json" },
    /^the schema https:\/\/contoso\.example\/order\.json is not in the file$/,
  ],
  [{ $ref: "#/nowhere" }, /^the schema #\/nowhere is not in the file$/],
  [{ pattern: "[" }, /^a pattern is not a regular expression$/],
])("%j is no usable schema", async (schema, problem) => {
  await expect(compileSchema(schema)).rejects.toThrow(problem);
});

test("a schema that is nested too deeply is no usable schema", async () => {
  let schema: object = { type: "string" };
  for (let level = 0; level < 10_000; level++) schema = { not: schema };

  await expect(compileSchema(schema)).rejects.toThrow(/^it is nested too deeply$/);
});
