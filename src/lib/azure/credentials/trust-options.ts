import { Failure } from "../../errors/failure.ts";
import type { FederatedTrustKind, TrustDescription } from "./credential-kind.ts";

/** The value of an option that this kind of trust needs. Throws Failure "usage" when it is missing. */
export function requiredOption(
  { name }: Pick<FederatedTrustKind, "name">,
  description: TrustDescription,
  key: "subject" | "issuer" | "repo",
): string {
  const value = description[key];
  if (value === undefined) throw wrongTrust(`--federated ${name} needs --${key}`);
  return value;
}

export const wrongTrust = (message: string) =>
  new Failure("usage", message, { hint: "xtenant app credential add --help" });
