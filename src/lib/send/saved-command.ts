import type { ErrorObject } from "ajv";
import type { Config } from "../config/config.ts";
import type { QueueRole } from "../domain/customer.ts";
import { isInexact, scanJson } from "../domain/json-scan.ts";
import type { JsonValue } from "../domain/json-value.ts";
import { type Draft, draftOf } from "../domain/message-line.ts";
import { contentTypeOf } from "../domain/message-record.ts";
import { didYouMean } from "../domain/nearest-name.ts";
import { omitUndefined } from "../domain/omit-undefined.ts";
import { bodyOfRecord } from "../domain/record-field.ts";
import { type FieldAssignment, fieldNames, type JsonSchema, type SavedCommand } from "../domain/saved-command.ts";
import { Failure } from "../errors/failure.ts";
import { compileSchema, type SchemaCheck, schemaProblem } from "../receive/compile-schema.ts";
import { contractOf, type MessageContract } from "../receive/message-contract.ts";
import { compileTemplate, messagePlaceholders, type TemplateValues, wholePlaceholder } from "./fill-template.ts";
import type { StatusRecord } from "./wait-for-status.ts";

/** A saved command with the values of its fields. */
export type FilledCommand = {
  readonly name: string;
  /** The message of one customer: its body, and what else the config says of it. */
  readonly fill: (values: TemplateValues) => Draft;
  readonly queue: QueueRole;
  readonly timeout?: number;
  /** Absent when every status is the expected answer. */
  readonly answer?: ExpectedAnswer;
};

/** The JSON Schema of the expected answer, and the same compiled. */
export type ExpectedAnswer = { readonly schema: JsonSchema; readonly check: MessageContract };

/** @throws an error that says why a schema is not usable */
export const openAnswer = async (schema: JsonSchema): Promise<ExpectedAnswer> => ({
  schema,
  check: contractOf(await compileSchema(schema)),
});

type Fields = Readonly<Record<string, JsonValue>>;

/**
 * The saved command with this name and these values, checked: nothing is sent when a field is missing or wrong.
 *
 * @throws Failure "usage" that names the field
 */
export async function fillSavedCommand(
  { commands, file }: Pick<Config, "commands" | "file">,
  name: string,
  assignments: readonly FieldAssignment[],
): Promise<FilledCommand> {
  const command = commands.get(name);
  if (command === undefined) throw unknownCommand(name, [...commands.keys()]);
  const compiled = <T>(key: string, compiling: Promise<T>) =>
    compiling.catch((cause: unknown) => {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Failure("SavedCommandInvalid", `commands.${name}.${key} is not a usable JSON Schema: ${why}`, {
        params: { file },
        cause,
      });
    });
  const schema = { type: "object", ...command.fields };
  const values = checkedFields(
    command,
    assignments,
    await compiled("fields", compileSchema(schema, { useDefaults: true })),
  );
  const { queue, timeout, answer } = command;
  return {
    name,
    fill: compileDraft(command, values),
    queue,
    ...omitUndefined({ timeout, answer: answer && (await compiled("answer", openAnswer(answer))) }),
  };
}

function unknownCommand(name: string, known: readonly string[]): Failure {
  const list = known.length === 0 ? "it has none" : `saved commands: ${known.join(", ")}`;
  return new Failure(
    "SavedCommandNotFound",
    `the config has no command '${name}'${didYouMean(name, known) || `; ${list}`}`,
  );
}

const invalid = (command: SavedCommand, why: string) => new Failure("FieldInvalid", `${command.name}: ${why}`);

/** The values of all fields, with the defaults of the schema. */
function checkedFields(command: SavedCommand, assignments: readonly FieldAssignment[], check: SchemaCheck): Fields {
  const known = fieldNames(command);
  const values: Record<string, JsonValue> = {};
  for (const [name, text] of assignments) {
    if (!known.includes(name)) {
      const all = known.length === 0 ? "it has none" : `fields: ${known.join(", ")}`;
      throw invalid(command, `it has no field '${name}'${didYouMean(name, known) || `; ${all}`}`);
    }
    if (Object.hasOwn(values, name)) throw invalid(command, `field '${name}' is set twice`);
    const value = fieldValue(text, command.fields.properties?.[name]);
    if (typeof value !== "string" && hasInexactNumber(text))
      throw invalid(
        command,
        `field '${name}' has a number with too many digits for JSON; a field of type string keeps them`,
      );
    values[name] = value;
  }
  if (!check(values)) throw invalid(command, [...new Set((check.errors ?? []).map(problemText))].join("; "));
  return values;
}

/** What the schema takes as text stays text; everything else is JSON, as far as it is. */
function fieldValue(text: string, schema: JsonSchema = {}): JsonValue {
  const { type, enum: choices, const: only } = schema;
  const listed = Array.isArray(choices) ? choices : only === undefined ? [] : [only];
  const isText = type === "string" || (type === undefined && listed.every((one) => typeof one === "string"));
  if (isText) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function hasInexactNumber(json: string): boolean {
  let found = false;
  scanJson(json, (token) => {
    found ||= token.type === "scalar" && isInexact(token.text);
  });
  return found;
}

/** What is wrong with which field. */
function problemText(error: ErrorObject): string {
  const { instancePath, keyword, params } = error;
  const [, field, ...inside] = instancePath.split("/");
  if (field === undefined && keyword === "required") return `field '${params.missingProperty}' is missing`;
  const what = schemaProblem(error);
  if (field === undefined) return `the fields ${what}`;
  return `field '${field}'${inside.length > 0 ? ` (${inside.join(".")})` : ""} ${what}`;
}

type Fill<Value> = (values: TemplateValues) => Value;

/** The message for each customer. A placeholder that is a whole text in a JSON body keeps the type of its field. */
function compileDraft(command: SavedCommand, fields: Fields): Fill<Draft> {
  const { body, subject, contentType, properties } = command;
  const text = (template: string) => compileTemplate(template, placeholdersOf(command, fields));
  const json = (value: JsonValue | undefined): Fill<JsonValue | undefined> => {
    if (typeof value === "string") {
      const whole = wholePlaceholder(value);
      const only = whole !== undefined && Object.hasOwn(fields, whole) ? fields[whole] : undefined;
      return only === undefined ? text(value) : () => only;
    }
    if (Array.isArray(value)) {
      const elements = value.map(json);
      return (values) => elements.map((fill) => fill(values) ?? null);
    }
    if (typeof value !== "object" || value === null) return () => value;
    const entries = Object.entries(value).map(([key, inside]) => [key, json(inside)] as const);
    return (values) => Object.fromEntries(entries.map(([key, fill]) => [key, fill(values)]));
  };
  const fillBody = typeof body === "string" ? text(body) : json(body);
  const fillSubject = subject === undefined ? undefined : text(subject);
  const fillProperties = properties === undefined ? undefined : json(properties);
  return (values) => {
    const filled = fillBody(values);
    const bytes = Buffer.from(typeof body === "string" ? String(filled) : JSON.stringify(filled));
    const {
      body: _,
      contentType: _type,
      ...others
    } = draftOf({
      body: "",
      ...omitUndefined({ subject: fillSubject?.(values), properties: fillProperties?.(values) }),
    });
    return { ...others, body: bytes, ...omitUndefined({ contentType: contentType ?? contentTypeOf(bytes) }) };
  };
}

/** The placeholders of the command. A field without a value is missing only where the message needs it. */
function placeholdersOf(command: SavedCommand, fields: Fields) {
  const given = fieldNames(command).map((name) => [
    name,
    () => {
      const value = fields[name];
      if (value === undefined) throw invalid(command, `field '${name}' is missing`);
      return typeof value === "string" ? value : JSON.stringify(value);
    },
  ]);
  return { ...messagePlaceholders, ...Object.fromEntries(given) };
}

/** Failure "reported" when the status is not the answer that the saved command expects. */
export function requireAnswer(
  { answer, name }: Pick<FilledCommand, "answer" | "name">,
  status: Pick<StatusRecord, "body" | "decodedBody" | "customer">,
): void {
  const errors = answer?.check({ body: Buffer.from(bodyOfRecord(status)) }) ?? [];
  if (errors.length > 0)
    throw new Failure("AnswerUnexpected", `${status.customer} did not give the answer that ${name} expects`, {
      detail: errors.join("; "),
    });
}
