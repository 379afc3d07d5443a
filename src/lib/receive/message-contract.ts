import { readTextFile } from "../config/files/read-file.ts";
import { withoutByteOrderMark } from "../domain/byte-order-mark.ts";
import { parseJson } from "../domain/json-scan.ts";
import { type EncodedBody, textOfBody } from "../domain/message-body.ts";
import { Failure } from "../errors/failure.ts";
import { compileSchema, type SchemaCheck, schemaProblem } from "./compile-schema.ts";

/** The errors in a body, by the JSON Schema that the config names; empty when the body is valid. */
export type MessageContract = (message: EncodedBody) => readonly string[];

/** The contract in this file. Without one, every body is valid. */
export async function openContract(file: string | undefined): Promise<MessageContract> {
  return file === undefined ? () => [] : contractOf(await compiled(file));
}

/** The contract that a compiled schema is. */
export const contractOf =
  (validate: SchemaCheck): MessageContract =>
  (message) => {
    const text = textOfBody(message);
    if (text === undefined) return ["the body is not text, so it is no JSON"];
    const json = parsed(text);
    if (json === undefined) return ["the body is no JSON"];
    if (validate(json.value)) return [];
    return (validate.errors ?? []).map((error) => `${error.instancePath || "body"} ${schemaProblem(error)}`);
  };

async function compiled(file: string): Promise<SchemaCheck> {
  try {
    const schema: unknown = parseJson(withoutByteOrderMark(await readTextFile(file)));
    if (typeof schema !== "object" || schema === null) throw new Error("a JSON Schema is an object");
    return await compileSchema(schema);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure("ContractInvalid", `the contract ${file} is not a usable JSON Schema: ${why}`, {
      params: { file },
      cause,
    });
  }
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
