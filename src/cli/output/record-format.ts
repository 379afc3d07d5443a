import { plainLine } from "../../lib/domain/plain-text.ts";
import { fieldOfRecord } from "../../lib/domain/record-field.ts";
import { parseFieldPath } from "../../lib/receive/receive-fields.ts";

/** A record as one line of text. */
export type RecordFormat = (record: object) => string;

/** Stands for a field that a record does not have. */
const missing = "–";

/**
 * `{customer} {body.version}`: each pair of braces names a field of a message, by path. `{{` and `}}` are braces. An unknown
 * field is an error. A field that one record does not have is shown as `–`, and so is an empty line: what was received is
 * always visible. The result is one line, and its control characters have no effect on the terminal.
 */
export function parseRecordFormat(template: string): RecordFormat {
  if (template.trim() === "") throw new Error("the template is empty, and would print nothing of a message.");
  const parts = [...template.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}]/gs)].map(([text, path]) => {
    if (path !== undefined) return fieldAt(path);
    if (text === "{" || text === "}")
      throw new Error(`a single '${text}'; braces are written twice: '${text}${text}'.`);
    const literal = text === "{{" ? "{" : text === "}}" ? "}" : text;
    return () => literal;
  });
  return (record) => {
    const line = parts.map((part) => part(record)).join("");
    return line.trim() === "" ? missing : line;
  };
}

function fieldAt(path: string): RecordFormat {
  const names = parseFieldPath(path);
  return (record) => plainLine(fieldOfRecord(record, names) ?? missing);
}
