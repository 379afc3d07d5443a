import { placeholder } from "../../lib/domain/placeholder.ts";
import { plainLine } from "../../lib/domain/plain-text.ts";
import { fieldOfRecord } from "../../lib/domain/record-field.ts";
import { isFieldPath, parseFieldPath } from "../../lib/receive/receive-fields.ts";

/** A record as one line of text. */
export type RecordFormat = (record: object) => string;

/** Stands for a field that a record does not have. */
const missing = "–";

/**
 * `{{customer}} {{body.version}}`: each placeholder names a field of a message, by path, with the braces of `send --template`. An
 * unknown field is an error. A field that one record does not have is shown as `–`, and so is an empty line: what was received is
 * always visible. The result is one line, and its control characters have no effect on the terminal.
 *
 * A template without double braces has the older form `{customer} {body.version}`.
 */
export function parseRecordFormat(template: string): RecordFormat {
  if (template.trim() === "") throw new Error("the template is empty, and would print nothing of a message.");
  const parts = template.includes("{{") ? doubleBraces(template) : singleBraces(template);
  return (record) => {
    const line = parts.map((part) => part(record)).join("");
    return line.trim() === "" ? missing : line;
  };
}

function doubleBraces(template: string): readonly RecordFormat[] {
  return template.split(placeholder).map((part, index) => (index % 2 === 1 ? fieldAt(part) : literal(part)));
}

/** A single brace is text, so that a template can be JSON, but not around a field: it would be printed instead of the value. */
function literal(text: string): RecordFormat {
  if (text.includes("{{")) throw new Error("'{{' without '}}'.");
  for (const [, path = ""] of text.matchAll(/\{([\w.]+)\}/g))
    if (isFieldPath(path)) throw new Error(`{${path}} is not filled in beside double braces; write {{${path}}}.`);
  return () => text;
}

function singleBraces(template: string): readonly RecordFormat[] {
  return [...template.matchAll(/\{([^{}]*)\}|[^{}]+|[{}]/gs)].map(([text, path]) => {
    if (path !== undefined) return fieldAt(path);
    if (text === "{" || text === "}") throw new Error(`a single '${text}'; a field is written {{customer}}.`);
    return () => text;
  });
}

function fieldAt(path: string): RecordFormat {
  const names = parseFieldPath(path);
  return (record) => plainLine(fieldOfRecord(record, names) ?? missing);
}
