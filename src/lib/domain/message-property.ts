import type { PropertyValue } from "./message.ts";
import { parseTypedValue } from "./typed-value.ts";

/** An application property from the command line: `region=eu`, `retries:int=3`. */
export type Property = readonly [name: string, value: PropertyValue];

export function parseProperty(text: string): Property {
  const [, name, type = "string", value] = /^([^=:]{1,128})(?::(\w+))?=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new Error("expected <name>=<value> or <name>:<type>=<value>.");
  return [name, parseTypedValue(type, value)];
}
