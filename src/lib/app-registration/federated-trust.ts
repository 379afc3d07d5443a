import type { Config } from "../config/config.ts";
import type { FederatedTrust } from "../domain/app-registration.ts";
import { parseGuid } from "../domain/customer.ts";
import {
  type GitHubRuns,
  gitHubTrust,
  isServiceAccount,
  issuerTrust,
  managedIdentityTrust,
} from "../domain/federated-credential.ts";
import { Failure } from "../errors/failure.ts";

export const federatedKinds = ["managed-identity", "github", "aks", "oidc"] as const;
export type FederatedKind = (typeof federatedKinds)[number];

/** What describes another issuer's tokens on the command line. */
export type TrustOptions = {
  readonly subject?: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly repo?: string;
  readonly environment?: string;
  readonly branch?: string;
  readonly tag?: string;
  readonly pullRequest?: true;
  readonly name?: string;
};

const optionsOf: Record<FederatedKind, readonly (keyof TrustOptions)[]> = {
  "managed-identity": ["subject"],
  github: ["repo", "environment", "branch", "tag", "pullRequest"],
  aks: ["issuer", "subject"],
  oidc: ["issuer", "subject", "audience"],
};

/** Throws Failure "usage" that names what is missing, wrong or out of place for this kind. */
export function federatedTrustOf(
  kind: FederatedKind,
  options: TrustOptions,
  { cloud, provider }: Config,
): FederatedTrust {
  const { name, ...given } = options;
  for (const [key, value] of Object.entries(given))
    if (value !== undefined && !optionsOf[kind].some((known) => known === key))
      throw wrong(`--${kebab(key)} does not go with --federated ${kind}`);
  switch (kind) {
    case "managed-identity":
      return managedIdentityTrust(cloud, provider.tenantId, objectId(required(options, "subject", kind)), name);
    case "github":
      return gitHubTrust(cloud, required(options, "repo", kind), runsOf(options), name);
    case "aks": {
      const subject = required(options, "subject", kind);
      if (!isServiceAccount(subject)) throw wrong("--subject: expected system:serviceaccount:<namespace>:<name>");
      return issuerTrust(cloud, kind, { issuer: required(options, "issuer", kind), subject }, name);
    }
    case "oidc": {
      const [issuer, subject] = [required(options, "issuer", kind), required(options, "subject", kind)];
      return issuerTrust(cloud, kind, { issuer, subject, audience: options.audience }, name);
    }
  }
}

function runsOf({ environment, branch, tag, pullRequest }: TrustOptions): GitHubRuns {
  const runs = [
    ...(environment === undefined ? [] : [{ environment }]),
    ...(branch === undefined ? [] : [{ branch }]),
    ...(tag === undefined ? [] : [{ tag }]),
    ...(pullRequest === undefined ? [] : [{ pullRequest }]),
  ];
  const [only] = runs;
  if (runs.length === 1 && only) return only;
  throw wrong("--federated github needs one of --environment, --branch, --tag, --pull-request: Entra compares exactly");
}

function required(options: TrustOptions, key: "subject" | "issuer" | "repo", kind: FederatedKind): string {
  const value = options[key];
  if (value === undefined) throw wrong(`--federated ${kind} needs --${key}`);
  return value;
}

function objectId(text: string) {
  try {
    return parseGuid(text);
  } catch {
    throw wrong("--subject: expected the managed identity's object (principal) id, a GUID; not its client id");
  }
}

const kebab = (key: string) => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const wrong = (message: string) => new Failure("usage", message, { hint: "xtenant app credential add --help" });
