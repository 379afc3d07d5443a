import stripJsonComments from "strip-json-comments";
import { Failure } from "../errors/failure.ts";

/** JSON as .NET's tools write and read it, with comments and trailing commas. Throws Failure NotJson. */
export function parseJsonWithComments(text: string): unknown {
  try {
    return JSON.parse(stripJsonComments(text.replace(/^\uFEFF/, ""), { trailingCommas: true }));
  } catch (cause) {
    throw new Failure("NotJson", `this is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}
