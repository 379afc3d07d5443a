export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Strings, or the white space between the other tokens of JSON. */
const stringsAndSpace = /("(?:[^"\\]|\\.)*")|[ \t\n\r]+/g;

/** JSON on one line, with every number, key and escape as it is written. The text must be valid JSON. */
const compactJson = (text: string): string => text.replace(stringsAndSpace, "$1");

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * The text of a value inside JSON, by the names of the keys and the indexes that lead to it; undefined when there is none. The text is
 * as it is written, so numbers keep all their digits. Where a key occurs twice the last one counts, as in JSON.parse. `text` must
 * be valid JSON.
 */
export function jsonAt(text: string, path: readonly string[]): string | undefined {
  let found: string | undefined = compactJson(text);
  for (const name of path) {
    if (found === undefined) return undefined;
    found = memberOf(found, name);
  }
  return found;
}

/** The text of one member of an object, or of one element of an array. */
function memberOf(json: string, name: string): string | undefined {
  const isObject = json.startsWith("{");
  if (!isObject && !json.startsWith("[")) return undefined;
  let depth = 0;
  let index = 0;
  let start = 1;
  let key: string | undefined;
  let found: string | undefined;
  for (const { 0: token, index: at } of json.matchAll(tokens)) {
    if (token === "{" || token === "[") depth += 1;
    const closes = token === "}" || token === "]";
    if (depth === 1 && token === ":") {
      key = JSON.parse(json.slice(start, at));
      start = at + 1;
    } else if (depth === 1 && (token === "," || closes)) {
      const isWanted = isObject ? key === name : String(index) === name;
      if (isWanted && at > start) found = json.slice(start, at);
      index += 1;
      start = at + 1;
    }
    if (closes) depth -= 1;
  }
  return found;
}

/** The whole numbers of CEL: a signed and an unsigned type of 64 bits. */
const isWhole = (source: string) => /^-?\d{1,20}$/.test(source);

/** Parses JSON like JSON.parse, but whole numbers that a double cannot represent are `bigint`. Throws SyntaxError. */
export const parseExactJson = (text: string): unknown =>
  longNumber.test(text) ? parseLongNumbers(text) : JSON.parse(text);

/** Fewer digits are always exact. */
const longNumber = /\d{16}/;

const parseLongNumbers = (text: string): unknown =>
  JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source;
    if (typeof value !== "number" || Number.isSafeInteger(value) || source === undefined) return value;
    return isWhole(source) ? BigInt(source) : value;
  });
