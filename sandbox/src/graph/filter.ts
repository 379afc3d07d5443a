import { GraphError } from "./graph-error.ts";

type View = Readonly<Record<string, unknown>>;
type Test = (view: View) => boolean;

const text = "'((?:[^']|'')*)'";

/** Each form of comparison that is known, and the test that it means. Texts are compared without case, as directory objects are. */
const comparisons: readonly (readonly [RegExp, (match: RegExpExecArray) => Test])[] = [
  [
    new RegExp(`^(\\w+)\\s+(eq|ne)\\s+${text}$`, "i"),
    ([, name = "", operator = "", value = ""]) =>
      (view) =>
        (fold(view[name]) === fold(unquoted(value))) === (operator.toLowerCase() === "eq"),
  ],
  [
    /^(\w+)\s+(eq|ne)\s+(true|false|null)$/i,
    ([, name = "", operator = "", value = ""]) =>
      (view) =>
        (String(view[name] ?? null) === value.toLowerCase()) === (operator.toLowerCase() === "eq"),
  ],
  [
    new RegExp(`^startswith\\(\\s*(\\w+)\\s*,\\s*${text}\\s*\\)$`, "i"),
    ([, name = "", value = ""]) =>
      (view) =>
        fold(view[name]).startsWith(fold(unquoted(value))),
  ],
  [
    new RegExp(`^(\\w+)\\s+in\\s*\\(\\s*(${text}(?:\\s*,\\s*${text})*)\\s*\\)$`, "i"),
    ([, name = "", list = ""]) => {
      const values = [...list.matchAll(new RegExp(text, "g"))].map(([, value = ""]) => fold(unquoted(value)));
      return (view) => values.includes(fold(view[name]));
    },
  ],
  [
    new RegExp(`^(\\w+)\\/any\\(\\s*(\\w+)\\s*:\\s*\\2\\s+eq\\s+${text}\\s*\\)$`, "i"),
    ([, name = "", , value = ""]) =>
      (view) =>
        [view[name] ?? []].flat().some((one) => fold(one) === fold(unquoted(value))),
  ],
];

const fold = (value: unknown) => String(value ?? "").toLowerCase();
const unquoted = (value: string) => value.replaceAll("''", "'");

/**
 * OData's `eq`, `ne`, `in`, `startswith` and `any`, joined by `and` and `or` without parentheses. Throws for any other filter, and for
 * `ne` in a query that is not advanced.
 */
export function filterOf(expression: string | undefined, isAdvanced: boolean): Test {
  if (expression === undefined) return () => true;
  const alternatives = split(expression, "or").map((part) => split(part, "and"));
  const tests = alternatives.map((terms) => terms.map((term) => parse(term, expression)));
  if (!isAdvanced && alternatives.flat().some(isInequality)) throw inequalityUnsupported();
  return (view) => tests.some((terms) => terms.every((test) => test(view)));
}

const isInequality = (term: string) => /^\s*\w+\s+ne\s/i.test(term);

/** Graph's words (microsoftgraph/microsoft-graph-docs#18795). */
const inequalityUnsupported = () =>
  new GraphError(400, "Request_UnsupportedQuery", "Unsupported property filter clause operator 'NotEqualsMatch'.");

/** At the word, where it is not inside quotes. */
const split = (expression: string, word: "and" | "or") =>
  expression.split(new RegExp(`\\s+${word}\\s+(?=(?:[^']*'[^']*')*[^']*$)`, "i"));

function parse(term: string, expression: string): Test {
  for (const [pattern, meaning] of comparisons) {
    const match = pattern.exec(term.trim());
    if (match !== null) return meaning(match);
  }
  throw new GraphError(400, "BadRequest", `Invalid query filter clause: ${expression}`);
}
