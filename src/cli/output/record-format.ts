import { plainLine } from "../../lib/domain/plain-text.ts";
import { fieldOfRecord } from "../../lib/domain/record-field.ts";

/** A record as one line of text. */
export type RecordFormat = (record: object) => string;

/**
 * `{customer} {body.version}`: each pair of braces names a field of the record, by path. A field that is not there is empty;
 * `{{` and `}}` are braces. The result is one line, and its control characters have no effect on the terminal.
 */
export function parseRecordFormat(template: string): RecordFormat {
  const parts = [...template.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}]/gs)].map(([text, path]) => {
    if (path !== undefined) return fieldAt(path);
    if (text === "{" || text === "}")
      throw new Error(`a single '${text}'; braces are written twice: '${text}${text}'.`);
    const literal = text === "{{" ? "{" : text === "}}" ? "}" : text;
    return () => literal;
  });
  return (record) => parts.map((part) => part(record)).join("");
}

function fieldAt(path: string): RecordFormat {
  const names = path.split(".");
  if (names.some((name) => name.trim() === "")) throw new Error(`'{${path}}' names no field.`);
  return (record) => plainLine(fieldOfRecord(record, names) ?? "");
}
