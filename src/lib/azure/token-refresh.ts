import { Failure } from "../errors/failure.ts";
import { type ErrorContext, hasLostToken, withErrorMapping } from "./error-mapping.ts";

/**
 * Makes a call, and makes it again when the service refused a token of an earlier run and Entra has issued another one. The
 * loop ends: a call that began after the refusal was made with a new token. What was refused was not done. A link that lost
 * its token or its role is opened once more.
 */
export async function withTokenRefresh<T>(context: ErrorContext, call: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  try {
    return await call();
  } catch (error) {
    if (await hasNewToken(error, startedAt, context)) return withTokenRefresh(context, call);
    if (await canReopen(error, context)) return withTokenRefresh(withoutRequest(context), call);
    throw error;
  }
}

/**
 * Whether a link that lost its token or its role may open again. Throws Entra's refusal when Entra is the reason: the customer's
 * role is then not in question.
 */
export async function canReopen(error: unknown, context: ErrorContext): Promise<boolean> {
  const { requestToken } = context;
  if (requestToken === undefined || !hasLostToken(error)) return false;
  await withErrorMapping(context, requestToken);
  return true;
}

const withoutRequest = ({ requestToken: _, ...context }: ErrorContext): ErrorContext => context;

/** Whether a service has refused a token that Entra has replaced. When Entra refuses to issue one, throws that refusal. */
export const hasNewToken = async (error: unknown, startedAt: number, context: ErrorContext): Promise<boolean> => {
  const { refused } = context;
  if (refused === undefined || !(error instanceof Failure)) return false;
  if (error.kind !== "auth" && error.kind !== "forbidden") return false;
  return withErrorMapping(context, () => refused(startedAt));
};
