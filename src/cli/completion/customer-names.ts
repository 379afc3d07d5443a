import { readContexts } from "../../lib/config/contexts.ts";
import { readTextFile } from "../../lib/config/files/read-file.ts";
import { type ConfigSearch, findConfig } from "../../lib/config/find-config.ts";
import { sandboxContext } from "../../lib/config/sandbox-context.ts";
import { withoutByteOrderMark } from "../../lib/domain/byte-order-mark.ts";
import { parseCustomerName } from "../../lib/domain/customer.ts";
import { plainLine } from "../../lib/domain/plain-text.ts";

/** The names in the config as far as it can be read, for completion. Nothing else of the config is read, and nothing fails. */
export async function customerNames(search: ConfigSearch): Promise<readonly string[]> {
  return Object.keys(await customersIn(search)).filter(isName);
}

/** The customers with what else a person may search for. */
export async function customerChoices(search: ConfigSearch): Promise<readonly { value: string; name: string }[]> {
  const entries: readonly (readonly [string, unknown])[] = Object.entries(await customersIn(search));
  return entries.filter(([name]) => isName(name)).map(([value, entry]) => ({ value, name: describe(value, entry) }));
}

function describe(name: string, entry: unknown): string {
  const { namespace, tags } = { namespace: "", tags: {}, ...(entry as object | null) };
  const pairs = typeof tags === "object" && tags !== null ? Object.entries(tags).map((pair) => pair.join("=")) : [];
  return plainLine([name, String(namespace), ...pairs].filter((text) => text !== "").join("  "));
}

/** The contexts of the user. */
export const contextNames = async (env: ConfigSearch["env"]): Promise<readonly string[]> =>
  Object.keys((await readContexts(env).catch(() => ({ contexts: {} }))).contexts);

/** The contexts that `context use` accepts. */
export const usableContexts = async (env: ConfigSearch["env"]): Promise<readonly string[]> => [
  ...new Set([...(await contextNames(env)), sandboxContext]),
];

/** Their tags in the same way, each once: `region=eu`. */
export async function customerTags(search: ConfigSearch): Promise<readonly string[]> {
  const entries: readonly unknown[] = Object.values(await customersIn(search));
  const tags = entries.flatMap((entry) =>
    typeof entry === "object" && entry !== null && "tags" in entry ? Object.entries(entry.tags ?? {}) : [],
  );
  return [...new Set(tags.filter(([key, value]) => /^[\w.-]+$/.test(key + value)).map((pair) => pair.join("=")))];
}

/** The saved commands. */
export async function savedCommandNames(search: ConfigSearch): Promise<readonly string[]> {
  return Object.keys(objectAt(await documentIn(search), "commands")).filter((name) => /^[\w-]+$/.test(name));
}

/** `service=` for each field of a saved command, or each of its values where the schema lists them: `service=web`. */
export async function savedCommandFields(search: ConfigSearch, name = ""): Promise<readonly string[]> {
  const command = objectAt(objectAt(await documentIn(search), "commands"), name);
  const fields = Object.entries(objectAt(objectAt(command, "fields"), "properties"));
  return fields
    .flatMap(([field, schema]: [string, unknown]) => {
      const values = typeof schema === "object" && schema !== null && "enum" in schema ? schema.enum : undefined;
      return Array.isArray(values) ? values.map((value) => `${field}=${value}`) : [`${field}=`];
    })
    .filter((text) => /^[\w.=-]+$/.test(text));
}

const customersIn = async (search: ConfigSearch): Promise<object> => objectAt(await documentIn(search), "customers");

async function documentIn(search: ConfigSearch): Promise<unknown> {
  try {
    const file = (await findConfig(search))?.file;
    return file === undefined ? {} : JSON.parse(withoutByteOrderMark(await readTextFile(file)));
  } catch {
    return {};
  }
}

/** The object under this key; an empty one where there is none. */
function objectAt(value: unknown, key: string): object {
  const inside: unknown =
    typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
  return typeof inside === "object" && inside !== null ? inside : {};
}

const isName = (text: string): boolean => {
  try {
    return parseCustomerName(text) === text;
  } catch {
    return false;
  }
};
