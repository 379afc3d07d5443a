import type { FederatedTrustKind, TrustDescription } from "../azure/credentials/credential-kind.ts";
import { federatedTrustKinds } from "../azure/credentials/credential-registry.ts";
import type { Config } from "../config/config.ts";
import type { FederatedTrust } from "../domain/app-registration.ts";
import { Failure } from "../errors/failure.ts";

export type { TrustDescription };

export const federatedTrustNames = federatedTrustKinds.map(({ name }) => name);

/** Throws Failure "usage" for an option that is missing, wrong, or not allowed for this kind. */
export function federatedTrustOf(
  kindName: string,
  description: TrustDescription,
  { cloud, provider }: Config,
): FederatedTrust {
  const kind = trustKind(kindName);
  const { name: _name, ...given } = description;
  for (const [key, value] of Object.entries(given))
    if (value !== undefined && !kind.options.some((known) => known === key))
      throw new Failure("UsageConflictingOptions", `--${kebab(key)} cannot be combined with --federated ${kind.name}`);
  return kind.describe(description, { cloud, tenantId: provider.tenantId });
}

function trustKind(name: string): FederatedTrustKind {
  const found = federatedTrustKinds.find((kind) => kind.name === name);
  if (found === undefined)
    throw new Failure("UsageInvalidValue", `--federated: expected one of ${federatedTrustNames.join(", ")}`);
  return found;
}

const kebab = (key: string) => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
