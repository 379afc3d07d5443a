import type { z } from "zod";
import { isInexact, scanJson } from "../domain/json-scan.ts";
import type { ConfigDocument } from "./config-schema.ts";

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
  if (issue.code === "invalid_key")
    return issue.issues.map(({ message }) => ({ path: path.join("."), expected: message }));
  return [{ path: path.join(".") || "(top level)", expected: issue.message }];
}

/** Words for a problem where the schema brings none of its own. */
export function problemWords(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined) return "is missing";
  switch (issue.code) {
    case "invalid_type":
      return `expected ${kindWords[issue.expected] ?? issue.expected}, found ${kindOf(issue.input)}`;
    case "invalid_value":
      return `expected one of ${issue.values.join(", ")}`;
    case "invalid_format":
      return issue.format === "datetime"
        ? "expected a time in UTC such as 2026-01-31T12:00:00Z"
        : "expected another form";
    case "too_small":
      return "expected text that is not empty";
    default:
      return "expected another value";
  }
}

/** The types of JSON Schema, as in docs/configuration.md. */
const kindWords: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  boolean: "a boolean",
  object: "an object",
  record: "an object",
  array: "an array",
};

const kindOf = (value: unknown): string =>
  value === null ? "null" : (kindWords[Array.isArray(value) ? "array" : typeof value] ?? typeof value);

/** What `JSON.parse` would lose silently, and a change of the config would then remove from the file. */
export function textProblems(json: string, document: ConfigDocument): ConfigProblem[] {
  if (isOurs(json, document)) return [];
  const problems: ConfigProblem[] = [];
  scanJson(json, (token) => {
    const expected =
      token.type === "name"
        ? token.isRepeated && "expected once; the file has this key twice"
        : isInexact(token.text) && "expected fewer digits, or the number as text: JSON does not keep them";
    if (expected) problems.push({ path: token.path().join("."), expected });
  });
  return problems;
}

const unknownKind = (
  branches: readonly (readonly z.core.$ZodIssue[])[],
  path: readonly PropertyKey[],
): ConfigProblem => {
  const kinds = branches.flat().flatMap((issue) => (issue.code === "invalid_value" ? issue.values : []));
  return { path: [...path, "kind"].join("."), expected: `expected one of ${[...new Set(kinds)].join(", ")}` };
};

/** A file that `xtenant` has written has no such problem. To look for them in a thousand customers takes 30 ms. */
function isOurs(json: string, document: ConfigDocument): boolean {
  try {
    return json === configText(document);
  } catch {
    // It is nested too deeply.
    return false;
  }
}

/** The text of a config file, as it is written. */
export const configText = (document: ConfigDocument): string => `${JSON.stringify(document, undefined, 2)}\n`;

/** No body of a saved command needs more. What reads a config calls itself for each level. */
const mostLevels = 100;

/** The schema library silently omits a key named `__proto__`, and a deeper document would exhaust the stack. */
export function unusableKeys(value: unknown, above: readonly string[] = []): ConfigProblem[] {
  if (typeof value !== "object" || value === null) return [];
  if (above.length === mostLevels)
    return [
      { path: above.slice(0, 3).join("."), expected: `expected at most ${mostLevels} levels, one inside the other` },
    ];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "__proto__"
      ? [{ path: [...above, key].join("."), expected: "expected another name" }]
      : unusableKeys(inner, [...above, key]),
  );
}

/** How much a branch of a union differs from the value in the file. A wrong `kind` is the largest difference. */
const misfit = (issues: readonly z.core.$ZodIssue[]) =>
  issues.reduce(
    (sum, { path, code }) =>
      sum + (path[0] === "kind" ? 100 : code === "unrecognized_keys" ? 2 : path.length === 0 ? 50 : 1),
    0,
  );
