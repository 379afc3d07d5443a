import type { ErrorObject } from "ajv";

/** Checks a value. The errors are those of the last call. It may fill in defaults. */
export type SchemaCheck = { (value: unknown): boolean; errors?: readonly ErrorObject[] | null };

/**
 * Compiles a JSON Schema. Loads ajv, so that a command without schemas does not pay for it. With `useDefaults`, what is missing in an
 * object gets the default of its schema.
 */
export async function compileSchema(schema: object, { useDefaults = false } = {}): Promise<SchemaCheck> {
  const options = { allErrors: true, strict: false, logger: false, useDefaults } as const;
  // Some keywords have another meaning in each draft; ajv has a class for each draft.
  const isOld = "$schema" in schema && /draft-0[4-7]/.test(String(schema.$schema));
  const ajv = isOld ? new (await import("ajv")).Ajv(options) : new (await import("ajv/dist/2020.js")).Ajv2020(options);
  if (!inOurWords(() => ajv.validateSchema(schema))) {
    const [first] = ajv.errors ?? [];
    throw new Error(first ? `${first.instancePath || "the schema"} ${schemaProblem(first)}` : "it is not valid");
  }
  return inOurWords(() => ajv.compile(schema)) as SchemaCheck;
}

function inOurWords<T>(call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw new Error(compileProblem(cause), { cause });
  }
}

function compileProblem(cause: unknown): string {
  if (cause instanceof Error && "missingRef" in cause) return `the schema ${cause.missingRef} is not in the file`;
  if (cause instanceof SyntaxError) return "a pattern is not a regular expression";
  if (cause instanceof RangeError) return "it is nested too deeply";
  return "a keyword cannot be used so";
}

/** What a value must be, by the keyword of the schema that it does not keep to: `must be at least 1`. */
export function schemaProblem({ keyword, params }: Pick<ErrorObject, "keyword" | "params">): string {
  const describe = Object.hasOwn(keywordProblems, keyword) ? keywordProblems[keyword] : undefined;
  return describe?.(params) ?? `does not keep to '${keyword}'`;
}

const quoted = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
const atLeast = (unit: string) => (params: ErrorObject["params"]) => `must have at least ${params.limit} ${unit}`;
const atMost = (unit: string) => (params: ErrorObject["params"]) => `must have at most ${params.limit} ${unit}`;

const keywordProblems: Readonly<Record<string, (params: ErrorObject["params"]) => string>> = {
  type: ({ type }) => `must be of type ${[type].flat().join(" or ")}`,
  enum: ({ allowedValues }) => `must be one of ${allowedValues.map(quoted).join(", ")}`,
  const: ({ allowedValue }) => `must be ${quoted(allowedValue)}`,
  required: ({ missingProperty }) => `must have '${missingProperty}'`,
  dependentRequired: ({ missingProperty }) => `must have '${missingProperty}'`,
  additionalProperties: ({ additionalProperty }) => `must not have '${additionalProperty}'`,
  unevaluatedProperties: ({ unevaluatedProperty }) => `must not have '${unevaluatedProperty}'`,
  minimum: ({ limit }) => `must be at least ${limit}`,
  maximum: ({ limit }) => `must be at most ${limit}`,
  exclusiveMinimum: ({ limit }) => `must be more than ${limit}`,
  exclusiveMaximum: ({ limit }) => `must be less than ${limit}`,
  multipleOf: ({ multipleOf }) => `must be a multiple of ${multipleOf}`,
  minLength: atLeast("characters"),
  maxLength: atMost("characters"),
  minItems: atLeast("elements"),
  maxItems: atMost("elements"),
  minProperties: atLeast("keys"),
  maxProperties: atMost("keys"),
  uniqueItems: () => "must not have the same element twice",
  pattern: ({ pattern }) => `must match ${pattern}`,
  format: ({ format }) => `must have the format ${format}`,
};
