import { readFile } from "node:fs/promises";
import { withoutByteOrderMark } from "../domain/byte-order-mark.ts";
import { type EncodedBody, textOfBody } from "../domain/message-body.ts";
import { Failure } from "../errors/failure.ts";

/** The errors in a body, by the JSON Schema that the config names; empty when the body is valid. */
export type MessageContract = (message: EncodedBody) => readonly string[];

/** The contract in this file. Without one, every body is valid. Loads ajv only when the config names a contract. */
export async function openContract(file: string | undefined): Promise<MessageContract> {
  if (file === undefined) return () => [];
  const validate = await compiled(file);
  return (message) => {
    const text = textOfBody(message);
    if (text === undefined) return ["the body is not text, so it is no JSON"];
    const json = parsed(text);
    if (json === undefined) return ["the body is no JSON"];
    if (validate(json.value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || "body"} ${message}`);
  };
}

async function compiled(file: string) {
  try {
    const schema: unknown = JSON.parse(withoutByteOrderMark(await readFile(file, "utf8")));
    if (typeof schema !== "object" || schema === null) throw new Error("a JSON Schema is an object");
    const options = { allErrors: true, strict: false, logger: false } as const;
    // Some keywords have another meaning in each draft; ajv has a class for each draft.
    const isOld = "$schema" in schema && /draft-0[4-7]/.test(String(schema.$schema));
    const ajv = isOld
      ? new (await import("ajv")).Ajv(options)
      : new (await import("ajv/dist/2020.js")).Ajv2020(options);
    return ajv.compile(schema);
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
