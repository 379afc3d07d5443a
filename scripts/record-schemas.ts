import { join } from "node:path";
import { generateSchema, getProgramFromFiles } from "typescript-json-schema";

const root = join(import.meta.dirname, "..");

/** TypeScript's own numbers for ESNext and NodeNext. */
const compilerOptions = {
  target: 99,
  module: 199,
  moduleResolution: 99,
  strict: true,
  lib: ["lib.esnext.d.ts"],
  types: ["node"],
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
  noEmit: true,
  skipLibCheck: true,
};

/** The JSON Schema of every record and error that a command prints under `--json`, from the types in src/commands/json-records.ts. */
export function recordSchemas(): string {
  const program = getProgramFromFiles([join(root, "src/commands/json-records.ts")], compilerOptions, root);
  // One schema for all: types without a name are numbered in each, from the start.
  const options = { required: true, ref: true, aliasRef: true, topRef: false, ignoreErrors: true };
  const lines = generateSchema(program, "JsonLines", options);
  if (!lines?.properties) throw new Error("src/commands/json-records.ts has no types to make a schema from");
  const schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "What xtenant prints under --json",
    description:
      "properties has a schema for each command: every line on stdout is one such record. properties.error and properties.log are the lines on stderr.",
    properties: lines.properties,
    definitions: lines.definitions,
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
