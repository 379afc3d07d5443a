import { resolve } from "node:path";

/** The same value with absolute paths under the keys that end with `File`: `caFile`, `secretFile` and so on. */
export function withAbsolutePaths<Value>(value: Value, folder: string): Value {
  const visit = (one: unknown, key = ""): unknown => {
    if (typeof one === "string") return key.endsWith("File") ? resolve(folder, one) : one;
    if (Array.isArray(one)) return one.map((element) => visit(element));
    if (typeof one !== "object" || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([name, inside]) => [name, visit(inside, name)]));
  };
  return visit(value) as Value;
}
