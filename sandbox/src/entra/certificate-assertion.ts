import { createHash, X509Certificate } from "node:crypto";
import { errors, jwtVerify } from "jose";
import type { Environment } from "../environment.ts";
import { entraName } from "../proxy/azure-names.ts";
import type { Assertion, Audience } from "./client-authentication.ts";
import { EntraError } from "./entra-error.ts";
import type { Client } from "./find-registration.ts";
import { issuerOf } from "./tokens.ts";

/** Seconds that a client's clock may differ; MSAL rounds `nbf` up to half a second into the future. */
const clockTolerance = 300;

type Presented = { readonly client: Client; readonly assertion: Assertion; readonly audience: Audience };

/** Checks an assertion that the app signed with the key of a certificate on its registration. */
export async function verifyCertificateAssertion(environment: Environment, presented: Presented): Promise<void> {
  const { client, assertion, audience } = presented;
  const certificate = findCertificate(presented);
  if (new Date(certificate.validTo) < environment.now())
    throw new EntraError(700027, `The certificate with identifier ${thumbprint(assertion)} is expired.`);
  try {
    await jwtVerify(assertion.token, certificate.publicKey, {
      algorithms: ["PS256", "RS256"],
      subject: client.application.appId,
      audience: audiences(environment, audience),
      requiredClaims: ["exp"],
      clockTolerance,
      currentDate: environment.now(),
    });
  } catch (error) {
    throw refusalFor(error, assertion);
  }
}

/** The token endpoint or the issuer; clients of the proxy know the endpoint by Azure's own name. */
const audiences = ({ baseUrl }: Environment, { tokenEndpoint, tenant }: Audience) => [
  tokenEndpoint,
  issuerOf(baseUrl, tenant.id),
  tokenEndpoint.replace(baseUrl, `https://${entraName}`),
];

function findCertificate({ client, assertion }: Presented): X509Certificate {
  const wanted = thumbprint(assertion);
  for (const { certificate: text } of client.application.keyCredentials) {
    const certificate = new X509Certificate(text);
    if (wanted !== undefined && thumbprintsOf(certificate).includes(unpadded(wanted))) return certificate;
  }
  throw new EntraError(
    700027,
    `The certificate with identifier ${wanted ?? "(none)"} used to sign the client assertion is not registered on application '${client.application.appId}'.`,
  );
}

const thumbprint = ({ header }: Assertion) => header["x5t#S256"] ?? header.x5t;

/** MSAL for Python pads its thumbprints, against RFC 7515 §2. */
const unpadded = (text: string) => text.replace(/=+$/, "");

const thumbprintsOf = ({ raw }: X509Certificate) =>
  ["sha256", "sha1"].map((hash) => createHash(hash).update(raw).digest("base64url"));

/** What Entra says to an assertion that does not verify. */
export function refusalFor(error: unknown, { claims }: Assertion): unknown {
  if (error instanceof errors.JWTExpired || (error instanceof errors.JWTClaimValidationFailed && error.claim === "nbf"))
    return new EntraError(
      700024,
      `Client assertion is not within its valid time range: ${instant(claims.nbf)} to ${instant(claims.exp)}. Check the clock of the machine that signed it.`,
    );
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === "aud")
    return new EntraError(700023, "Client assertion audience claim does not match the issuer of the realm.");
  if (error instanceof errors.JWTClaimValidationFailed)
    return new EntraError(700021, `Client assertion claim '${error.claim}' does not match the application.`);
  if (error instanceof errors.JOSEError)
    return new EntraError(700027, "Client assertion failed signature validation: the key does not match.");
  return error;
}

const instant = (seconds: number | undefined) =>
  seconds === undefined || !Number.isFinite(seconds) ? "?" : new Date(seconds * 1000).toISOString();
