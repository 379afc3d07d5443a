import type { z } from "zod";

/** One thing wrong in a config: where in the file (`customers.acme.tenantId`), and what was expected there. */
export type ConfigProblem = { readonly path: string; readonly expected: string };

/** A union's failure says nothing by itself: the branch whose `kind` fits says what is wrong. */
export function problemsOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[] = []): ConfigProblem[] {
  const path = [...above, ...issue.path];
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const nearest = [...issue.errors].sort((a, b) => misfit(a) - misfit(b))[0] ?? [];
    return nearest.flatMap((inner) => problemsOf(inner, path));
  }
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({
      path: [...path, key].join("."),
      expected: "unknown key; remove it or check its spelling",
    }));
  return [{ path: path.join(".") || "(top level)", expected: issue.message }];
}

/** How far a union's branch is from what was written: a wrong `kind` is the farthest. */
const misfit = (issues: readonly z.core.$ZodIssue[]) =>
  issues.reduce(
    (sum, { path, code }) =>
      sum + (path[0] === "kind" ? 100 : code === "unrecognized_keys" ? 2 : path.length === 0 ? 50 : 1),
    0,
  );
