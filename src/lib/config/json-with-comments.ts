import { Failure } from "../errors/failure.ts";

/** JSON as .NET's tools write and read it, with comments and commas after the last element. Throws Failure "usage". */
export function parseJsonWithComments(text: string): unknown {
  try {
    return JSON.parse(withoutTrailingCommas(withoutComments(text)));
  } catch (cause) {
    throw new Failure("NotJson", `this is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/** A string is kept as it is, whatever it contains; so is what stands before and after. */
const string = String.raw`"(?:[^"\\]|\\.)*"`;

const withoutComments = (text: string) =>
  text
    .replace(/^\uFEFF/, "")
    .replace(new RegExp(`(${string})|//[^\\n]*|/\\*[\\s\\S]*?\\*/`, "g"), (_, kept: string | undefined) => kept ?? " ");

const withoutTrailingCommas = (text: string) =>
  text.replace(new RegExp(`(${string})|,(?=\\s*[}\\]])`, "g"), (_, kept: string | undefined) => kept ?? "");
