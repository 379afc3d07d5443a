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
  return ajv.compile(schema) as SchemaCheck;
}
