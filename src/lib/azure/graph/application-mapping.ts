import { Buffer } from "node:buffer";
import type { AppCredential, AppRegistration } from "../../domain/app-registration.ts";
import { parseGuid } from "../../domain/customer.ts";

/** Graph resource type application, the properties that are read. */
export type GraphApplication = {
  readonly id: string;
  readonly appId: string;
  readonly uniqueName?: string | null;
  readonly displayName: string;
  readonly publisherDomain?: string | null;
  readonly verifiedPublisher?: { readonly displayName?: string | null } | null;
  readonly createdDateTime?: string | null;
  readonly signInAudience: string;
  readonly web?: { readonly redirectUris?: readonly string[] };
  readonly servicePrincipalLockConfiguration?: {
    readonly isEnabled?: boolean;
    readonly allProperties?: boolean;
  } | null;
  readonly requiredResourceAccess?: readonly {
    readonly resourceAppId: string;
    readonly resourceAccess: readonly { readonly id: string }[];
  }[];
  readonly keyCredentials: readonly {
    readonly keyId: string;
    readonly displayName?: string | null;
    readonly customKeyIdentifier?: string | null;
    readonly endDateTime: string;
  }[];
  readonly passwordCredentials: readonly {
    readonly keyId: string;
    readonly displayName?: string | null;
    readonly hint?: string | null;
    readonly endDateTime: string;
  }[];
};

/** Graph resource type federatedIdentityCredential. */
export type GraphFederatedCredential = {
  readonly id: string;
  readonly name: string;
  readonly issuer: string;
  readonly subject?: string | null;
  readonly audiences: readonly string[];
};

export const appRegistration = (
  app: GraphApplication,
  trusts: readonly GraphFederatedCredential[],
): AppRegistration => ({
  objectId: parseGuid(app.id),
  clientId: parseGuid(app.appId),
  ...(app.uniqueName ? { uniqueName: app.uniqueName } : {}),
  displayName: app.displayName,
  ...(app.publisherDomain ? { publisherDomain: app.publisherDomain } : {}),
  ...(app.verifiedPublisher?.displayName ? { verifiedPublisher: app.verifiedPublisher.displayName } : {}),
  ...(app.createdDateTime ? { createdAt: new Date(app.createdDateTime) } : {}),
  audience: app.signInAudience,
  redirectUris: app.web?.redirectUris ?? [],
  isLocked: isLocked(app.servicePrincipalLockConfiguration),
  permissions: (app.requiredResourceAccess ?? []).flatMap(({ resourceAppId, resourceAccess }) =>
    resourceAccess.map(({ id }) => `${resourceAppId}/${id}`),
  ),
  credentials: [
    ...trusts.map(federated),
    ...app.keyCredentials.map(certificate),
    ...app.passwordCredentials.map(secret),
  ],
});

const isLocked = (lock: GraphApplication["servicePrincipalLockConfiguration"]) =>
  lock?.isEnabled === true && lock.allProperties === true;

const federated = ({ id, name, issuer, subject, audiences }: GraphFederatedCredential): AppCredential => ({
  kind: "federated",
  id,
  name,
  issuer,
  subject: subject ?? "",
  audience: audiences[0] ?? "",
});

const certificate = (key: GraphApplication["keyCredentials"][number]): AppCredential => ({
  kind: "certificate",
  id: key.keyId,
  name: key.displayName ?? "",
  thumbprint: thumbprint(key.customKeyIdentifier ?? ""),
  endsAt: new Date(key.endDateTime),
});

/** Documented as Base64; Graph v1.0 answers with hexadecimal text for certificates. */
const thumbprint = (identifier: string) =>
  /^[0-9A-Fa-f]{40}$/.test(identifier)
    ? identifier.toUpperCase()
    : Buffer.from(identifier, "base64").toString("hex").toUpperCase();

const secret = (password: GraphApplication["passwordCredentials"][number]): AppCredential => ({
  kind: "secret",
  id: password.keyId,
  name: password.displayName ?? "",
  hint: password.hint ?? "",
  endsAt: new Date(password.endDateTime),
});
