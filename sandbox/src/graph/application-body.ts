import { randomUUID, X509Certificate } from "node:crypto";
import { z } from "zod";
import type { Application, KeyCredential } from "../model.ts";
import { badRequest } from "./graph-error.ts";

const certificateBody = z.object({
  keyId: z.guid().optional(),
  displayName: z.string().nullish(),
  type: z.literal("AsymmetricX509Cert").optional(),
  usage: z.literal("Verify").optional(),
  /** Base64 of the certificate's DER; null for one that the registration has already. */
  key: z.string().nullish(),
});

/** What a request may say about an app; other properties are kept and shown as they are. */
export const applicationBody = z.looseObject({
  displayName: z.string().min(1).max(256).optional(),
  signInAudience: z.enum(["AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount"]).optional(),
  web: z.looseObject({ redirectUris: z.array(z.string().max(256)).max(256).optional() }).optional(),
  keyCredentials: z.array(certificateBody).optional(),
  passwordCredentials: z.never({ error: "use addPassword" }).optional(),
});

export type ApplicationBody = z.output<typeof applicationBody>;

/** Properties that Graph sets itself. */
const readOnly = ["id", "appId", "createdDateTime", "publisherDomain", "uniqueName", "@odata.context", "@odata.type"];

/** Takes over what a request says; what it does not mention stays. Throws Request_BadRequest. */
export function applyBody(application: Application, body: ApplicationBody, now: Date): void {
  const { displayName, signInAudience, web, keyCredentials, passwordCredentials: _, ...others } = body;
  const { redirectUris, ...otherWeb } = web ?? {};
  for (const uri of redirectUris ?? []) checkRedirectUri(uri);
  const certificates = keyCredentials?.map((credential) => certificateOf(application, credential, now));
  application.displayName = displayName ?? application.displayName;
  application.signInAudience = signInAudience ?? application.signInAudience;
  application.redirectUris = redirectUris ?? application.redirectUris;
  if (certificates !== undefined) application.keyCredentials.splice(0, Number.POSITIVE_INFINITY, ...certificates);
  const settings = Object.entries({ ...others, ...(web === undefined ? {} : { web: otherWeb }) });
  application.settings = {
    ...application.settings,
    ...Object.fromEntries(settings.filter(([name]) => !readOnly.includes(name))),
  };
}

/** https, or http for localhost; no wildcard (Entra, redirect URI restrictions). */
function checkRedirectUri(uri: string): void {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  const isLocal = url?.protocol === "http:" && ["localhost", "127.0.0.1"].includes(url.hostname);
  if ((url?.protocol !== "https:" && !isLocal) || /[*!$'(),;]/.test(uri))
    throw badRequest(`Invalid value specified for property 'web.redirectUris' of resource 'Application': ${uri}.`);
}

type CertificateBody = z.output<typeof certificateBody>;

function certificateOf(
  { keyCredentials }: Application,
  { keyId, displayName, key }: CertificateBody,
  now: Date,
): KeyCredential {
  const known = keyCredentials.find((credential) => credential.keyId === keyId?.toLowerCase());
  if (key === undefined || key === null) {
    if (known !== undefined) return known;
    throw badRequest("Key credential has no key, and no key credential of the application has its keyId.");
  }
  const certificate = parseCertificate(key);
  // Azure/azure-rest-api-specs#11985
  if (known === undefined && new Date(certificate.validTo) <= now)
    throw badRequest("Key credential end date is invalid.");
  return {
    keyId: known?.keyId ?? keyId?.toLowerCase() ?? randomUUID(),
    displayName: displayName ?? certificate.subject,
    certificate: certificate.toString(),
  };
}

function parseCertificate(key: string): X509Certificate {
  try {
    return new X509Certificate(Buffer.from(key, "base64"));
  } catch {
    throw badRequest("Key credential value is not an X.509 certificate in base64.");
  }
}
