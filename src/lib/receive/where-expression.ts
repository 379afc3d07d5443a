import type { Customer } from "../domain/customer.ts";
import type { Incoming } from "../domain/message.ts";
import { readBody } from "../domain/message-record.ts";
import { statusOutcome } from "../domain/status-fields.ts";
import { Failure } from "../errors/failure.ts";

/** Whether a message matches. */
export type WhereExpression = (customer: Customer, message: Incoming) => boolean;

/** The fields of a message that an expression can name (docs/expressions.md), with their types in CEL. */
const fields = {
  body: "dyn",
  properties: "map",
  customer: "string",
  tags: "map",
  messageId: "dyn",
  correlationId: "dyn",
  subject: "dyn",
  contentType: "dyn",
  sessionId: "dyn",
  sequenceNumber: "int",
  deliveryCount: "int",
  enqueuedAt: "google.protobuf.Timestamp",
  deadLetterReason: "dyn",
} as const;

/**
 * Compiles an expression of the Common Expression Language (cel.dev) into a function. It reads the message and has no other
 * effect. A message does not match when the expression cannot be evaluated for it, because a field is missing.
 */
export async function parseWhereExpression(expression: string): Promise<WhereExpression> {
  const { Environment } = await import("@marcbachmann/cel-js");
  const environment = new Environment({ unlistedVariablesAreDyn: false, enableOptionalTypes: true });
  for (const [name, type] of Object.entries(fields)) environment.registerVariable(name, type);
  const evaluate = compiled(() => environment.parse(expression));
  const { valid, type, error } = evaluate.check();
  if (!valid) throw wrong(error?.message ?? "it is not valid");
  if (type !== "bool" && type !== "dyn") throw wrong(`it must evaluate to bool, not ${type}`);
  return (customer, message) => {
    try {
      return evaluate(valuesOf(customer, message)) === true;
    } catch {
      return false;
    }
  };
}

/** What `--where` and `--outcome` select together; undefined for every message. */
export async function messageFilter({
  where,
  outcome,
}: {
  readonly where?: string;
  readonly outcome?: "succeeded" | "failed";
}): Promise<WhereExpression | undefined> {
  const matches = where === undefined ? undefined : await parseWhereExpression(where);
  if (outcome === undefined) return matches;
  return (customer, message) => statusOutcome(message) === outcome && (matches?.(customer, message) ?? true);
}

function compiled<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error));
  }
}

const wrong = (why: string) => new Failure("WhereInvalid", `invalid --where expression: ${why.split("\n")[0]}`);

const valuesOf = (
  { name, tags }: Customer,
  message: Incoming,
): { readonly [Name in keyof typeof fields]: unknown } => ({
  body: readBody(message),
  properties: message.properties,
  customer: name,
  tags,
  messageId: message.messageId ?? null,
  correlationId: message.correlationId ?? null,
  subject: message.subject ?? null,
  contentType: message.contentType ?? null,
  sessionId: message.sessionId ?? null,
  sequenceNumber: message.sequenceNumber,
  deliveryCount: BigInt(message.deliveryCount),
  enqueuedAt: message.enqueuedAt,
  deadLetterReason: message.deadLetterReason ?? null,
});
