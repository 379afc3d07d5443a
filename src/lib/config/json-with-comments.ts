import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import { Failure } from "../errors/failure.ts";

/** JSON as .NET's tools write and read it, with comments and trailing commas. Throws Failure NotJson. */
export function parseJsonWithComments(text: string): unknown {
  const errors: ParseError[] = [];
  const value: unknown = parse(text.replace(/^\uFEFF/, ""), errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first === undefined) return value;
  const line = text.slice(0, first.offset).split("\n").length;
  throw new Failure("NotJson", `this is not JSON: ${printParseErrorCode(first.error)} in line ${line}`);
}
