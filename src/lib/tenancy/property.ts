import type { PropertyValue } from "./message.ts";

/** An application property as it is typed: `region=eu`, `retries:int=3`. */
export type Property = readonly [name: string, value: PropertyValue];

const parsers: Readonly<Record<string, (text: string) => PropertyValue | undefined>> = {
  string: (text) => text,
  int: (text) => (/^-?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined),
  double: (text) => (text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined),
  bool: (text) => (text === "true" ? true : text === "false" ? false : undefined),
  datetime: (text) => (Number.isNaN(Date.parse(text)) ? undefined : new Date(text)),
};

export function property(text: string): Property {
  const [, name, type = "string", value] = /^([^=:]{1,128})(?::(\w+))?=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new Error("expected <name>=<value> or <name>:<type>=<value>.");
  const parse = Object.hasOwn(parsers, type) ? parsers[type] : undefined;
  if (parse === undefined) throw new Error(`'${type}' is none of ${Object.keys(parsers).join(", ")}.`);
  const parsed = parse(value);
  if (parsed === undefined) throw new Error(`'${value}' is no ${type}.`);
  return [name, parsed];
}
