import { isJson, jsonAt } from "./json-text.ts";
import type { MessageLine } from "./message-line.ts";

/** The body of a record for a reader: decompressed and unwrapped. */
export const bodyOfRecord = ({ body, decodedBody }: Pick<MessageLine, "body" | "decodedBody">): string =>
  decodedBody ?? body;

/**
 * A field of a record as text, by its path: `customer`, `properties.region`, `body.deploy.version`. A field inside a JSON body has its
 * own text, so numbers keep all their digits. Undefined when there is no such field, or when it is null.
 */
export function fieldOfRecord(record: object, path: readonly string[]): string | undefined {
  const [first = "", ...rest] = path;
  if (first === "body" && isBody(record)) return fieldOfBody(bodyOfRecord(record), rest);
  let value: unknown = record;
  for (const name of path)
    value =
      typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;
  if (value === undefined || value === null) return undefined;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const isBody = (record: object): record is Pick<MessageLine, "body" | "decodedBody"> =>
  "body" in record && typeof record.body === "string";

function fieldOfBody(body: string, path: readonly string[]): string | undefined {
  if (path.length === 0) return body;
  if (!isJson(body)) return undefined;
  const found = jsonAt(body, path);
  if (found === undefined || found === "null") return undefined;
  return found.startsWith('"') ? JSON.parse(found) : found;
}
