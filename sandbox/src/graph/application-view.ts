import { createHash, X509Certificate } from "node:crypto";
import type { Application, KeyCredential, PasswordCredential, Tenant } from "../model.ts";

/** Resource type application; the values of secrets and keys are never shown again. */
export function applicationView(application: Application, { domain }: Tenant) {
  const { web, ...settings } = application.settings ?? {};
  return {
    requiredResourceAccess: [],
    ...settings,
    id: application.id,
    appId: application.appId,
    uniqueName: application.uniqueName ?? null,
    displayName: application.displayName,
    signInAudience: application.signInAudience,
    publisherDomain: domain,
    createdDateTime: application.createdAt.toISOString(),
    web: { ...(typeof web === "object" ? web : {}), redirectUris: application.redirectUris },
    passwordCredentials: application.passwordCredentials.map(passwordView),
    keyCredentials: application.keyCredentials.map(certificateView),
  };
}

export const passwordView = ({ keyId, displayName, secret, startsAt, endsAt }: PasswordCredential) => ({
  customKeyIdentifier: null,
  displayName,
  endDateTime: endsAt.toISOString(),
  hint: secret.slice(0, 3),
  keyId,
  secretText: null,
  startDateTime: startsAt.toISOString(),
});

function certificateView({ keyId, displayName, certificate: text }: KeyCredential) {
  const certificate = new X509Certificate(text);
  return {
    customKeyIdentifier: createHash("sha1").update(certificate.raw).digest("hex").toUpperCase(),
    displayName,
    endDateTime: new Date(certificate.validTo).toISOString(),
    key: null,
    keyId,
    startDateTime: new Date(certificate.validFrom).toISOString(),
    type: "AsymmetricX509Cert",
    usage: "Verify",
  };
}
