import stripJsonComments from "strip-json-comments";
import { withoutByteOrderMark } from "../domain/byte-order-mark.ts";
import { parseJson } from "../domain/json-scan.ts";
import { Failure } from "../errors/failure.ts";

/** Parses JSON with comments and trailing commas, as .NET tools write it. Throws Failure NotJson. */
export function parseJsonWithComments(text: string): unknown {
  try {
    return parseJson(stripJsonComments(withoutByteOrderMark(text), { trailingCommas: true }));
  } catch (cause) {
    throw new Failure("NotJson", `this is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}
