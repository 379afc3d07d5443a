import { omitUndefined } from "../../domain/omit-undefined.ts";
import { Failure } from "../../errors/failure.ts";

/** What the tables of remedies say to a Customer's administrator, said to the Provider's. */
export function withProviderErrors(error: unknown): never {
  if (!(error instanceof Failure)) throw error;
  const { kind, message, code, detail, hint, retryable, cause } = error;
  const isRefused = kind === "forbidden";
  throw new Failure(kind, isRefused ? `the administrator may not change app registrations (${code})` : message, {
    code,
    ...omitUndefined({ detail, hint: isRefused ? rights : hint }),
    actor: error.actor === "customer's administrator" ? "provider's administrator" : error.actor,
    retryable,
    cause,
  });
}

const rights =
  "use an Application Administrator of the Provider's tenant, or an app with Application.ReadWrite.All, as provider.administrator";
