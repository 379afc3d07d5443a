import { createHash } from "node:crypto";
import type { Assertion, FederatedTrust } from "./app-registration.ts";
import type { CloudEndpoints } from "./cloud-endpoints.ts";
import type { Guid, TenantId } from "./customer.ts";

/** A user-assigned managed identity of the provider's own tenant, by its object (principal) id. */
export const managedIdentityTrust = (
  cloud: CloudEndpoints,
  tenant: TenantId,
  objectId: Guid,
  name?: string,
): FederatedTrust =>
  named("managed-identity", name, {
    issuer: `${cloud.authorityHost}/${tenant}/v2.0`,
    subject: objectId,
    audience: cloud.federationAudience,
  });

/** Which runs of a repository's workflows are trusted. It is exactly one kind, because Entra compares the whole subject. */
export type GitHubRuns =
  | { readonly environment: string }
  | { readonly branch: string }
  | { readonly tag: string }
  | { readonly pullRequest: true };

/**
 * GitHub's subject for a repository, by its names or with their ids: `owner@12/name@34`. Repositories that were created,
 * renamed or moved since July 2026 have the ids in it (Entra, GitHub Actions immutable subjects).
 */
export const gitHubTrust = (
  cloud: CloudEndpoints,
  repository: string,
  runs: GitHubRuns,
  name?: string,
): FederatedTrust =>
  named("github", name, {
    issuer: "https://token.actions.githubusercontent.com",
    subject: `repo:${repository}:${gitHubContext(runs)}`,
    audience: cloud.federationAudience,
  });

function gitHubContext(runs: GitHubRuns): string {
  if ("environment" in runs) return `environment:${runs.environment.replaceAll(":", "%3A")}`;
  if ("branch" in runs) return `ref:refs/heads/${runs.branch}`;
  return "tag" in runs ? `ref:refs/tags/${runs.tag}` : "pull_request";
}

/** Any issuer that publishes its keys. The audience is the cloud's own by default. */
export const issuerTrust = (
  cloud: CloudEndpoints,
  prefix: "aks" | "oidc",
  { issuer, subject, audience }: Pick<Assertion, "issuer" | "subject"> & { readonly audience?: string },
  name?: string,
): FederatedTrust => named(prefix, name, { issuer, subject, audience: audience ?? cloud.federationAudience });

/** A name that is always the same for an issuer and subject, so that adding them again finds the existing one. */
const named = (prefix: string, name: string | undefined, assertion: Assertion): FederatedTrust => ({
  name:
    name ??
    `${prefix}-${createHash("sha256").update(`${assertion.issuer} ${assertion.subject}`).digest("hex").slice(0, 10)}`,
  ...assertion,
});

/** `owner/name` or `owner@12/name@34`: with both ids or with none. */
export function gitHubRepository(text: string): string {
  if (!/^[\w-]+\/[\w.-]+$/.test(text) && !/^[\w-]+@\d+\/[\w.-]+@\d+$/.test(text))
    throw new Error("expected owner/name, or with GitHub's ids owner@12345/name@67890.");
  return text;
}

/** The address of an issuer's keys. It is compared exactly with the token's `iss`, including a slash at the end. */
export function issuerUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "https:" || /\s/.test(text) || text.length > 600)
    throw new Error("expected an issuer's address, https://…, just as its tokens write it.");
  return text;
}

/** A Kubernetes service account, as its tokens name it. */
export const isServiceAccount = (subject: string): boolean =>
  /^system:serviceaccount:[a-z0-9-]{1,63}:[a-z0-9.-]{1,253}$/.test(subject);

/** Graph's rule for the name of a federated credential. Names of keys and secrets use it, too. */
export function credentialName(text: string): string {
  if (!/^[\w-]{3,120}$/.test(text)) throw new Error("expected a name of 3 to 120 letters, digits, '-' and '_'.");
  return text;
}
