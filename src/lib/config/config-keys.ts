import { z } from "zod";
import { configSchema, schemaUrl } from "./config-schema.ts";

/** One key of the config file and its allowed values. */
export type ConfigKey = {
  readonly path: string;
  readonly shape: string;
  readonly description?: string;
  readonly required: boolean;
  /** Keys of which any one takes the place of this one. Then `required` is false. */
  readonly alternatives?: readonly string[];
  /** The default as JSON. */
  readonly fallback?: string;
};

type JsonSchema = {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly required?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
};

/** The published schema, for editors and validators. */
export const configJsonSchema = () => ({
  ...z.toJSONSchema(configSchema, { io: "input", target: "draft-2020-12" }),
  $id: schemaUrl,
  title: "xtenant.json",
});

/** Every key once, in the order of the schema. */
export function configKeys(): readonly ConfigKey[] {
  const keys = new Map<string, ConfigKey>();
  const visit = (schema: JsonSchema, path: string, others: readonly JsonSchema[] = []) => {
    for (const [name, value] of Object.entries(schema.properties ?? {})) {
      const here = path === "" ? name : `${path}.${name}`;
      const isRequired = schema.required?.includes(name) ?? false;
      const key = keyOf(here, value, isRequired, isRequired ? alternativesTo(name, schema, others) : []);
      keys.set(JSON.stringify(key), key);
      visit(value, here);
      for (const branch of value.anyOf ?? []) {
        if (!branch.properties) continue;
        const same = value.anyOf?.filter((other) => other !== branch && kindOf(other) === kindOf(branch));
        visit(branch, `${here}${kindOf(branch)}`, same);
      }
    }
    if (typeof schema.additionalProperties === "object") visit(schema.additionalProperties, `${path}.<name>`);
  };
  visit(configJsonSchema() as JsonSchema, "");
  return [...keys.values()];
}

/** What other forms of the same kind require where this one requires the key, and do not know it. */
const alternativesTo = (name: string, schema: JsonSchema, others: readonly JsonSchema[]): readonly string[] =>
  others
    .filter(({ properties = {} }) => kindOf(schema) !== "" && !Object.hasOwn(properties, name))
    .flatMap(({ required = [] }) => required.filter((other) => !schema.required?.includes(other)));

const keyOf = (path: string, schema: JsonSchema, required: boolean, alternatives: readonly string[]): ConfigKey => ({
  path,
  shape: shapeOf(schema),
  ...(schema.description === undefined ? {} : { description: schema.description }),
  required: required && schema.default === undefined && alternatives.length === 0,
  ...(alternatives.length === 0 ? {} : { alternatives }),
  ...(schema.default === undefined ? {} : { fallback: JSON.stringify(schema.default) }),
});

/** A branch of a union, named by its `kind` if it has one. */
const kindOf = ({ properties = {} }: JsonSchema) => {
  const { kind } = properties;
  const kinds = kind?.enum ?? (kind?.const === undefined ? [] : [kind.const]);
  return kinds.length === 0 ? "" : ` (${kinds.join(", ")})`;
};

const shapeOf = (schema: JsonSchema): string => {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(", ");
  if (schema.anyOf)
    return [...new Set(schema.anyOf.map((branch) => kindOf(branch).trim() || shapeOf(branch)))].join(" or ");
  return schema.type ?? "any";
};
