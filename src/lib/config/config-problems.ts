import type { z } from "zod";

/** One problem in a config: its place in the file (`customers.acme.tenantId`), and the expected value. */
export type ConfigProblem = { readonly path: string; readonly expected: string };

/** The failure of a union does not describe the problem. The branch with the matching `kind` does. */
export function problemsOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[] = []): ConfigProblem[] {
  const path = [...above, ...issue.path];
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    if (issue.errors.every((branch) => misfit(branch) >= 100)) return [unknownKind(issue.errors, path)];
    const nearest = [...issue.errors].sort((a, b) => misfit(a) - misfit(b))[0] ?? [];
    return nearest.flatMap((inner) => problemsOf(inner, path));
  }
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({
      path: [...path, key].join("."),
      expected: "unknown key; remove it or check its spelling",
    }));
  return [{ path: path.join(".") || "(top level)", expected: expectedBy(issue) }];
}

/** The schema library's own words for a key that is absent name the language's types. */
const expectedBy = ({ message }: z.core.$ZodIssue): string =>
  /received undefined$/.test(message) ? "is missing" : message.replace(/^Invalid input: /, "");

const unknownKind = (
  branches: readonly (readonly z.core.$ZodIssue[])[],
  path: readonly PropertyKey[],
): ConfigProblem => {
  const kinds = branches.flat().flatMap((issue) => (issue.code === "invalid_value" ? issue.values : []));
  return { path: [...path, "kind"].join("."), expected: `expected one of ${[...new Set(kinds)].join(", ")}` };
};

/** The schema library silently omits a key with this name. */
export const unusableKeys = (value: unknown, above: readonly string[] = []): ConfigProblem[] =>
  typeof value !== "object" || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) =>
        key === "__proto__"
          ? [{ path: [...above, key].join("."), expected: "expected another name" }]
          : unusableKeys(inner, [...above, key]),
      );

/** How much a branch of a union differs from the value in the file. A wrong `kind` is the largest difference. */
const misfit = (issues: readonly z.core.$ZodIssue[]) =>
  issues.reduce(
    (sum, { path, code }) =>
      sum + (path[0] === "kind" ? 100 : code === "unrecognized_keys" ? 2 : path.length === 0 ? 50 : 1),
    0,
  );
