import { Failure } from "../errors/failure.ts";
import { type ErrorContext, withErrorMapping } from "./error-mapping.ts";

/**
 * Makes a call, and makes it again when the service refused a token of an earlier run and Entra has issued another one. The
 * loop ends: a call that began after the refusal was made with a new token. What was refused was not done.
 */
export async function withTokenRefresh<T>(context: ErrorContext, call: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  try {
    return await call();
  } catch (error) {
    if (await hasNewToken(error, startedAt, context)) return withTokenRefresh(context, call);
    throw error;
  }
}

/** Whether a service has refused a token that Entra has replaced. When Entra refuses to issue one, throws that refusal. */
export const hasNewToken = async (error: unknown, startedAt: number, context: ErrorContext): Promise<boolean> => {
  const { refused } = context;
  if (refused === undefined || !(error instanceof Failure)) return false;
  if (error.kind !== "auth" && error.kind !== "forbidden") return false;
  return withErrorMapping(context, () => refused(startedAt));
};
