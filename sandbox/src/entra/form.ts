import type { Context } from "hono";
import { z } from "zod";
import { EntraError } from "./entra-error.ts";

/** The parameters of a request to Entra, from its form or its query; repeated ones and files are left out. */
export type Form = Readonly<Record<string, string | undefined>>;

const parameters = z
  .record(z.string(), z.unknown())
  .transform(
    (fields): Form =>
      Object.fromEntries(
        Object.entries(fields).flatMap(([name, value]) =>
          typeof value === "string" && value !== "" ? [[name, value]] : [],
        ),
      ),
  );

export const readForm = async (context: Context): Promise<Form> => parameters.parse(await context.req.parseBody());
export const readQuery = (context: Context): Form => parameters.parse(context.req.query());

/** Throws 900144 when the parameter is missing. */
export function required(form: Form, name: string): string {
  const value = form[name];
  if (value === undefined) throw new EntraError(900144, `The request must contain the following parameter: '${name}'.`);
  return value;
}
