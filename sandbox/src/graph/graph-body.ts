import type { z } from "zod";
import type { GraphContext } from "./graph-caller.ts";
import { badRequest } from "./graph-error.ts";

/** The request's JSON, checked; throws Request_BadRequest that names the first property at fault. */
export async function readBody<Schema extends z.ZodType>(
  context: GraphContext,
  schema: Schema,
): Promise<z.output<Schema>> {
  const json: unknown = await context.req.json().catch(() => {
    throw badRequest("Unable to read JSON request payload.");
  });
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badRequest(`Invalid value specified for property '${issue?.path.join(".") ?? ""}': ${issue?.message ?? ""}.`);
}
