import { readFile } from "node:fs/promises";
import { type ConfigSearch, findConfig } from "../../lib/config/find-config.ts";
import { withoutByteOrderMark } from "../../lib/domain/byte-order-mark.ts";
import { parseCustomerName } from "../../lib/domain/customer.ts";

/** The names in the config as far as it can be read, for completion. Nothing else of the config is read, and nothing fails. */
export async function customerNames(search: ConfigSearch): Promise<readonly string[]> {
  return Object.keys(await customersIn(search)).filter(isName);
}

/** Their tags in the same way, each once: `region=eu`. */
export async function customerTags(search: ConfigSearch): Promise<readonly string[]> {
  const entries: readonly unknown[] = Object.values(await customersIn(search));
  const tags = entries.flatMap((entry) =>
    typeof entry === "object" && entry !== null && "tags" in entry ? Object.entries(entry.tags ?? {}) : [],
  );
  return [...new Set(tags.filter(([key, value]) => /^[\w.-]+$/.test(key + value)).map((pair) => pair.join("=")))];
}

async function customersIn(search: ConfigSearch): Promise<object> {
  try {
    const file = (await findConfig(search))?.file;
    const document: unknown = file === undefined ? {} : JSON.parse(withoutByteOrderMark(await readFile(file, "utf8")));
    return customersOf(document);
  } catch {
    return {};
  }
}

const customersOf = (document: unknown): object =>
  typeof document === "object" && document !== null && "customers" in document && typeof document.customers === "object"
    ? (document.customers ?? {})
    : {};

const isName = (text: string): boolean => {
  try {
    return parseCustomerName(text) === text;
  } catch {
    return false;
  }
};
