import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { decodeJwt, type JWTPayload, SignJWT } from "jose";
import { z } from "zod";
import type { ClientCertificate } from "../../src/certificates/client-certificate.ts";
import { baseUrl, type TestSandbox } from "../test-sandbox.ts";

export const serviceBusScope = "https://servicebus.azure.net/.default";

const answerSchema = z.looseObject({
  access_token: z.string().optional(),
  refresh_token: z.string().optional(),
  id_token: z.string().optional(),
  error: z.string().optional(),
  error_description: z.string().default(""),
  error_codes: z.array(z.number()).default([]),
});

/** Status and body of an answer of Entra's, with the claims of its access token. */
export async function readAnswer(response: Response) {
  const body = answerSchema.parse(await response.json());
  const claims: JWTPayload = body.access_token === undefined ? {} : decodeJwt(body.access_token);
  return { status: response.status, ...body, code: body.error_codes[0], claims };
}

export const requestToken = async (sandbox: TestSandbox, tenant: string, form: Record<string, string>) =>
  readAnswer(await sandbox.fetch(`/${tenant}/oauth2/v2.0/token`, { method: "POST", body: new URLSearchParams(form) }));

/** The provider's app asks for a Service Bus token in a tenant; `form` adds to its request and overrides it. */
export const requestAsProvider = (sandbox: TestSandbox, tenant: string, form: Record<string, string>) =>
  requestToken(sandbox, tenant, {
    grant_type: "client_credentials",
    client_id: sandbox.seeded.provider.application.appId,
    scope: serviceBusScope,
    ...form,
  });

export const providerSecret = ({ seeded }: TestSandbox): string =>
  seeded.provider.application.passwordCredentials[0]?.secret ?? "";

export const asAssertion = (token: string) => ({
  client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
  client_assertion: token,
});

type AssertionOptions = {
  readonly claims?: JWTPayload;
  readonly signer?: ClientCertificate;
  /** Put behind the certificate's thumbprint. */
  readonly padding?: "" | "=";
};

/** An assertion as MSAL signs it with the provider's certificate; `claims` overrides, undefined leaves out. */
export function signAssertion(
  sandbox: TestSandbox,
  tenant: string,
  { claims = {}, signer = sandbox.certificate, padding = "" }: AssertionOptions = {},
): Promise<string> {
  const { appId } = sandbox.seeded.provider.application;
  const now = Math.floor(sandbox.environment.now().getTime() / 1000);
  const thumbprint = createHash("sha256").update(new X509Certificate(signer.certificate).raw).digest("base64url");
  return new SignJWT({
    iss: appId,
    sub: appId,
    aud: `${baseUrl}/${tenant}/oauth2/v2.0/token`,
    nbf: now,
    exp: now + 600,
    ...claims,
  })
    .setProtectedHeader({ alg: "PS256", typ: "JWT", "x5t#S256": thumbprint + padding })
    .sign(createPrivateKey(signer.privateKey));
}
