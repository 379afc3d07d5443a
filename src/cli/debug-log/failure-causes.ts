import type { JsonValue } from "../../lib/domain/json-value.ts";
import { type Failure, failureRecord } from "../../lib/errors/failure.ts";

const deepest = 6;

/** What of an error says where it comes from. Everything else of it may hold a request with its token. */
const shownFields = [
  "name",
  "code",
  "errorNo",
  "errno",
  "syscall",
  "hostname",
  "port",
  "statusCode",
  "condition",
  "requestId",
];

/** A failure with what is below it, each by the fields that are known to hold no secret. */
export const failureEntry = (failure: Failure): { readonly [name: string]: JsonValue } => ({
  ...failureRecord(failure),
  causes: causesOf(failure.cause),
});

function causesOf(error: unknown, depth = 0): readonly JsonValue[] {
  if (!(error instanceof Error) || depth === deepest) return [];
  const below = "errors" in error && Array.isArray(error.errors) ? error.errors.at(-1) : error.cause;
  return [described(error), ...causesOf(below, depth + 1)];
}

function described(error: Error): JsonValue {
  const fields = shownFields.flatMap((name) => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === "string" || typeof value === "number" ? [[name, value] as const] : [];
  });
  // A syntax error quotes what could not be read, and that may be a message or a secret's file.
  const message: { readonly message?: string } = error instanceof SyntaxError ? {} : { message: error.message };
  return { ...Object.fromEntries(fields), ...message, stack: framesOf(error) };
}

/** Without the message, which stands above them. */
const framesOf = ({ stack = "" }: Error): readonly string[] =>
  stack
    .split("\n")
    .filter((line) => line.startsWith("    at "))
    .slice(0, 12)
    .map((line) => line.trim());
