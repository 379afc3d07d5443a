import { createHash, timingSafeEqual } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, type JWTPayload, type ProtectedHeaderParameters } from "jose";
import type { Environment } from "../environment.ts";
import type { Tenant } from "../model.ts";
import { verifyCertificateAssertion } from "./certificate-assertion.ts";
import { EntraError } from "./entra-error.ts";
import { verifyFederatedAssertion } from "./federated-assertion.ts";
import type { Client } from "./find-registration.ts";
import type { Form } from "./form.ts";

const jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** A signed JWT that a client sends in place of a secret (RFC 7523 §2.2), not yet verified. */
export type Assertion = {
  readonly token: string;
  readonly header: ProtectedHeaderParameters & { readonly "x5t#S256"?: string };
  readonly claims: JWTPayload;
};

/** Where the client sent its request; assertions must be made for it. */
export type Audience = { readonly tenant: Tenant; readonly tokenEndpoint: string };

/** Resolves when the client has proved that it is the app; throws Entra's refusal otherwise. */
export async function authenticateClient(
  environment: Environment,
  { client, form, audience }: { readonly client: Client; readonly form: Form; readonly audience: Audience },
): Promise<void> {
  if (form.client_assertion !== undefined) {
    const assertion = readAssertion(form.client_assertion, form.client_assertion_type);
    const signedByClient = assertion.claims.iss?.toLowerCase() === client.application.appId;
    if (signedByClient) await verifyCertificateAssertion(environment, { client, assertion, audience });
    else await verifyFederatedAssertion(environment, client, assertion);
  } else if (form.client_secret !== undefined) {
    checkSecret(client, form.client_secret, environment.now());
  } else {
    throw new EntraError(
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    );
  }
}

function readAssertion(token: string, type: string | undefined): Assertion {
  if (type !== jwtBearer) throw new EntraError(90023, `The value of 'client_assertion_type' must be ${jwtBearer}.`);
  try {
    return { token, header: decodeProtectedHeader(token), claims: decodeJwt(token) };
  } catch {
    throw new EntraError(50027, "JWT token is invalid or malformed.");
  }
}

function checkSecret({ application, principal }: Client, secret: string, now: Date): void {
  const credentials = [...application.passwordCredentials, ...(principal.passwordCredentials ?? [])];
  const matching = credentials.filter((credential) => same(credential.secret, secret));
  if (matching.length === 0)
    throw new EntraError(
      7000215,
      `Invalid client secret provided for app '${application.appId}': send the secret's value, not its id.`,
    );
  if (!matching.some(({ startsAt, endsAt }) => startsAt <= now && now < endsAt))
    throw new EntraError(7000222, `The provided client secret keys for app '${application.appId}' are expired.`);
}

const same = (one: string, other: string) => timingSafeEqual(digest(one), digest(other));
const digest = (text: string) => createHash("sha256").update(text).digest();
