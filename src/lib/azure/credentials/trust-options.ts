import { Failure } from "../../errors/failure.ts";
import type { FederatedTrustKind, TrustDescription } from "./credential-kind.ts";

/** The value of an option that this kind of trust needs. Throws Failure "usage" when it is missing. */
export function requiredOption(
  { name }: Pick<FederatedTrustKind, "name">,
  description: TrustDescription,
  key: "subject" | "issuer" | "repo",
): string {
  const value = description[key];
  if (value === undefined) throw new Failure("UsageMissingOption", `--federated ${name} requires --${key}`);
  return value;
}
