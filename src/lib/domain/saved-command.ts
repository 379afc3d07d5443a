import type { QueueRole } from "./customer.ts";
import type { JsonValue } from "./json-value.ts";

/** A JSON Schema as the config has it. */
export type JsonSchema = { readonly [keyword: string]: JsonValue | undefined };

/** The fields of a saved command: a JSON Schema of an object. */
export type FieldsSchema = JsonSchema & {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
};

/** A command in the config: its message, the fields that it takes, and the answer that is expected. */
export type SavedCommand = {
  readonly name: string;
  readonly description?: string;
  /** Text, or a JSON value whose texts have placeholders. */
  readonly body: JsonValue;
  readonly fields: FieldsSchema;
  readonly subject?: string;
  readonly contentType?: string;
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
  readonly queue: QueueRole;
  /** What the body of its status must match. */
  readonly answer?: JsonSchema;
  /** Milliseconds. */
  readonly timeout?: number;
};

/** A value on the command line: `service=web`. */
export type FieldAssignment = readonly [name: string, text: string];

export function parseFieldAssignment(text: string): FieldAssignment {
  const [, name, value] = /^([A-Za-z_][\w-]*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new Error("expected <field>=<value>.");
  return [name, value];
}

/** The fields that a saved command takes, in the order of the config. */
export const fieldNames = ({ fields }: Pick<SavedCommand, "fields">): readonly string[] =>
  Object.keys(fields.properties ?? {});
