import { Failure, type FailureCode } from "../../errors/failure.ts";

/** Refusals that no right of the account would change. */
const namesItsCause: ReadonlySet<FailureCode> = new Set<FailureCode>([
  "CredentialTypeNotAllowedAsPerAppPolicy",
  "RequestDisallowedByPolicy",
]);

/** The catalog names the customer's administrator; here it is the provider's. */
export function withProviderErrors(error: unknown): never {
  if (!(error instanceof Failure)) throw error;
  if (error.kind === "forbidden" && !namesItsCause.has(error.code)) {
    const message = `the administrator cannot change app registrations (${error.code})`;
    throw error.with({ code: "ApplicationRightsMissing", serviceCode: error.code, message });
  }
  throw error.actor === "customer's administrator" ? error.with({ actor: "provider's administrator" }) : error;
}
