import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";

const file = join(import.meta.dirname, "../../schema/records.schema.json");
const schema: { readonly properties: Readonly<Record<string, unknown>> } = JSON.parse(readFileSync(file, "utf8"));

const ajv = new Ajv({ strict: false, allowUnionTypes: true });
ajv.addSchema(schema, "records");
const validators = new Map<string, ValidateFunction>();

const takesValue = new Set(["-c", "--config", "--transport", "--debug"]);

/** The command of a command line as the schema names it: `dead-letter list`. Undefined for `help` and for no command. */
export function commandOf(args: readonly string[]): string | undefined {
  const words = args.filter((arg, index) => !arg.startsWith("-") && !takesValue.has(args[index - 1] ?? ""));
  return [3, 2, 1]
    .map((count) => words.slice(0, count).join(" "))
    .find((typed) => Object.hasOwn(schema.properties, typed));
}

/** Throws unless the line is a record of this command, or an error, as the published schema says. */
export function requireRecord(name: string, line: string): void {
  let validate = validators.get(name);
  if (validate === undefined) {
    validate = ajv.compile({ $ref: `records#/properties/${encodeURIComponent(name)}` });
    validators.set(name, validate);
  }
  if (!validate(JSON.parse(line)))
    throw new Error(`not a record of '${name}': ${ajv.errorsText(validate.errors)}\n${line.slice(0, 2_000)}`);
}

/** Checks all that a command line with `--json` has printed against the published schema. */
export function requireRecords(args: readonly string[], { stdout, stderr }: { stdout: string; stderr: string }): void {
  const command = commandOf(args);
  if (!args.includes("--json") || command === undefined) return;
  for (const line of stdout.split("\n").filter((text) => text !== "")) requireRecord(command, line);
  for (const line of stderr.split("\n").filter((text) => text !== ""))
    requireRecord(line.startsWith('{"log":') ? "log" : "error", line);
}
