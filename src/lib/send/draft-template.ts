import { randomUUID } from "node:crypto";
import { utf8Text } from "../domain/message-body.ts";
import type { Draft } from "../domain/message-line.ts";
import { Failure } from "../errors/failure.ts";

/** The values of placeholders: `{{count}}` is the number of the message, from 1. */
export type TemplateValues = { readonly customer: string; readonly count: number };

const placeholders: Readonly<Record<string, (filling: TemplateValues) => string>> = {
  uuid: () => randomUUID(),
  count: ({ count }) => String(count),
  now: () => new Date().toISOString(),
  customer: ({ customer }) => customer,
};

/** Compiles text with `{{name}}`. Throws Failure "usage" for an unknown name. */
function template(text: string): (filling: TemplateValues) => string {
  const parts = text.split(/\{\{\s*([^{}]*?)\s*\}\}/);
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

const filled = ["messageId", "correlationId", "sessionId", "subject"] as const;

/** Fills in the placeholders of the draft's body, ids and subject, for each message again. */
export function draftTemplate(draft: Draft): (filling: TemplateValues) => Draft {
  if (draft.bare)
    throw new Failure("TemplateInvalid", "--template cannot fill in a line with amqp, which is sent byte for byte");
  const text = utf8Text(draft.body);
  if (text === undefined) throw new Failure("TemplateInvalid", "--template requires a text body");
  const body = template(text);
  const fields = filled.flatMap((name) => {
    const value = draft[name];
    return value === undefined ? [] : [[name, template(value)] as const];
  });
  return (filling) => ({
    ...draft,
    ...Object.fromEntries(fields.map(([name, fill]) => [name, fill(filling)])),
    body: Buffer.from(body(filling)),
  });
}
