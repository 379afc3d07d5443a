import { utf8Text } from "../domain/message-body.ts";
import type { Draft } from "../domain/message-line.ts";
import { Failure } from "../errors/failure.ts";
import { compileTemplate, type TemplateValues } from "./fill-template.ts";

const filled = ["messageId", "correlationId", "sessionId", "subject"] as const;

/** Fills in the placeholders of the draft's body, ids and subject, for each message again. */
export function draftTemplate(draft: Draft): (filling: TemplateValues) => Draft {
  if (draft.bare)
    throw new Failure("TemplateInvalid", "--template cannot fill in a line with amqp, which is sent byte for byte");
  const text = utf8Text(draft.body);
  if (text === undefined) throw new Failure("TemplateInvalid", "--template requires a text body");
  const body = compileTemplate(text);
  const fields = filled.flatMap((name) => {
    const value = draft[name];
    return value === undefined ? [] : [[name, compileTemplate(value)] as const];
  });
  return (filling) => ({
    ...draft,
    ...Object.fromEntries(fields.map(([name, fill]) => [name, fill(filling)])),
    body: Buffer.from(body(filling)),
  });
}
