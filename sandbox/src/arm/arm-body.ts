import type { z } from "zod";
import type { ArmContext } from "./arm-caller.ts";
import { ArmError } from "./arm-error.ts";

/** The request's JSON, checked; throws InvalidRequestContent that names the first property at fault. */
export async function readBody<Schema extends z.ZodType>(
  context: ArmContext,
  schema: Schema,
): Promise<z.output<Schema>> {
  const json: unknown = await context.req.json().catch(() => undefined);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ArmError(
    400,
    "InvalidRequestContent",
    `The request content was invalid and could not be deserialized: '${issue?.path.join(".") ?? ""}': ${issue?.message ?? ""}.`,
  );
}
