import { randomUUID } from "node:crypto";
import { placeholder } from "../domain/placeholder.ts";
import { Failure } from "../errors/failure.ts";

/** The values of placeholders: `{{count}}` is the number of the message, from 1. */
export type TemplateValues = { readonly customer: string; readonly count: number };

type Placeholders<Value> = Readonly<Record<string, (filling: TemplateValues) => Value>>;

/** The placeholders that every message has. */
export const messagePlaceholders: Placeholders<string> = {
  uuid: () => randomUUID(),
  count: ({ count }) => String(count),
  now: () => new Date().toISOString(),
  customer: ({ customer }) => customer,
};

/** The name of the placeholder that is the whole text. */
export const wholePlaceholder = (text: string): string | undefined =>
  new RegExp(`^${placeholder.source}$`).exec(text)?.[1];

/** Compiles text with `{{name}}`. Throws Failure "usage" for an unknown name. */
export function compileTemplate(
  text: string,
  placeholders: Placeholders<string> = messagePlaceholders,
): (filling: TemplateValues) => string {
  const parts = text.split(placeholder);
  const unknown = parts.find((part, index) => index % 2 === 1 && !Object.hasOwn(placeholders, part));
  if (unknown !== undefined)
    throw new Failure(
      "TemplateInvalid",
      `{{${unknown}}} is not a placeholder; the placeholders are ${Object.keys(placeholders)
        .map((name) => `{{${name}}}`)
        .join(", ")}`,
    );
  return (filling) => parts.map((part, index) => (index % 2 === 1 ? placeholders[part]?.(filling) : part)).join("");
}
