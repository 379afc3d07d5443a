import { Failure } from "../../errors/failure.ts";

/** The catalog names the customer's administrator; here it is the provider's. */
export function withProviderErrors(error: unknown): never {
  if (!(error instanceof Failure)) throw error;
  if (error.kind === "forbidden") {
    const message = `the administrator cannot change app registrations (${error.code})`;
    throw error.with({ code: "ApplicationRightsMissing", serviceCode: error.code, message });
  }
  throw error.actor === "customer's administrator" ? error.with({ actor: "provider's administrator" }) : error;
}
