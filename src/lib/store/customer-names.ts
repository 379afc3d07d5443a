import { readFile } from "node:fs/promises";
import { customerName } from "../tenancy/customer.ts";
import { type ConfigSearch, findConfig } from "./find-config.ts";

/** The names in the config as far as it can be read, for completion: nothing else of it is looked at, and nothing fails. */
export async function customerNames(search: ConfigSearch): Promise<readonly string[]> {
  try {
    const file = await findConfig(search);
    const document: unknown = file === undefined ? {} : JSON.parse(await readFile(file, "utf8"));
    return Object.keys(customersOf(document)).filter(isName);
  } catch {
    return [];
  }
}

const customersOf = (document: unknown): object =>
  typeof document === "object" && document !== null && "customers" in document && typeof document.customers === "object"
    ? (document.customers ?? {})
    : {};

const isName = (text: string): boolean => {
  try {
    return customerName(text) === text;
  } catch {
    return false;
  }
};
