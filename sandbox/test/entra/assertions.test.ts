import { decodeProtectedHeader } from "jose";
import { beforeAll, expect, test } from "vitest";
import { createClientCertificate } from "../../src/certificates/client-certificate.ts";
import { admit } from "../../src/directory.ts";
import { appToken } from "../../src/entra/tokens.ts";
import { exchangeAudience, workloadSubject } from "../../src/seed/provider.ts";
import { baseUrl, createTestSandbox, principalOf, type TestSandbox } from "../test-sandbox.ts";
import { asAssertion, requestAsProvider, signAssertion } from "./token-requests.ts";

let sandbox: TestSandbox;
let acme: string;

beforeAll(async () => {
  sandbox = await createTestSandbox();
  acme = sandbox.acme.tenant.id;
  admit(sandbox.environment, sandbox.acme.tenant, sandbox.seeded.provider);
});

const present = (token: string) => requestAsProvider(sandbox, acme, asAssertion(token));
const secondsFromNow = (seconds: number) => Math.floor(sandbox.environment.now().getTime() / 1000) + seconds;

test("an assertion signed with the registered certificate proves the app", async () => {
  const { status, claims } = await present(await signAssertion(sandbox, acme));

  expect(status).toBe(200);
  expect(claims.tid).toBe(acme);
});

test("an assertion may be made for the tenant's issuer", async () => {
  const aud = `${baseUrl}/${acme}/v2.0`;

  expect((await present(await signAssertion(sandbox, acme, { claims: { aud } }))).status).toBe(200);
});

test("an assertion may be made for Azure's own name of the endpoint, which clients of the proxy know", async () => {
  const aud = `https://login.microsoftonline.com/${acme}/oauth2/v2.0/token`;

  expect((await present(await signAssertion(sandbox, acme, { claims: { aud } }))).status).toBe(200);
});

test("a thumbprint may be padded, as MSAL for Python writes it", async () => {
  const token = await signAssertion(sandbox, acme, { padding: "=" });

  expect(decodeProtectedHeader(token)["x5t#S256"]).toMatch(/=$/);
  expect((await present(token)).status).toBe(200);
});

test("a client's clock may be off by less than five minutes", async () => {
  const early = await signAssertion(sandbox, acme, { claims: { nbf: secondsFromNow(240) } });
  const late = await signAssertion(sandbox, acme, { claims: { exp: secondsFromNow(-240) } });

  expect((await present(early)).status).toBe(200);
  expect((await present(late)).status).toBe(200);
});

test.each([
  ["expired", { exp: -360 }],
  ["not valid yet", { nbf: 360 }],
])("AADSTS700024 for an assertion that is %s", async (_, offsets) => {
  const claims = Object.fromEntries(Object.entries(offsets).map(([name, offset]) => [name, secondsFromNow(offset)]));

  expect(await present(await signAssertion(sandbox, acme, { claims }))).toMatchObject({ status: 401, code: 700024 });
});

test("AADSTS700027 for a certificate that is not on the registration", async () => {
  const signer = await createClientCertificate("stranger", new Date(Date.now() + 3600_000));

  const answer = await present(await signAssertion(sandbox, acme, { signer }));

  expect(answer).toMatchObject({ status: 401, error: "invalid_client", code: 700027 });
  expect(answer.error_description).toContain("is not registered");
});

test("AADSTS700027 for another key under the thumbprint of the registered certificate", async () => {
  const { privateKey } = await createClientCertificate("thief", new Date(Date.now() + 3600_000));
  const signer = { certificate: sandbox.certificate.certificate, privateKey };

  expect((await present(await signAssertion(sandbox, acme, { signer }))).code).toBe(700027);
});

test("an assertion for another endpoint or with another subject is refused", async () => {
  const elsewhere = await signAssertion(sandbox, acme, { claims: { aud: `${baseUrl}/other/oauth2/v2.0/token` } });
  const somebody = await signAssertion(sandbox, acme, { claims: { sub: "somebody" } });

  expect((await present(elsewhere)).code).toBe(700023);
  expect((await present(somebody)).code).toBe(700021);
});

test("a managed identity of the provider proves the app in a customer's tenant", async () => {
  const { tenant, identity } = sandbox.seeded.provider;
  const token = await appToken(sandbox.environment, tenant, identity, exchangeAudience);

  const { status, claims } = await present(token);

  expect(status).toBe(200);
  expect(claims).toMatchObject({ tid: acme, appid: sandbox.seeded.provider.application.appId });
});

test("a workload identity proves the app", async () => {
  expect((await present(await workloadToken())).status).toBe(200);
});

const workloadToken = (claims = {}) =>
  sandbox.environment.keys.sign(
    { iss: `${baseUrl}/oidc`, sub: workloadSubject, aud: exchangeAudience, ...claims },
    600,
  );

test.each([
  [700211, "issuer", { iss: "https://token.example" }],
  [700213, "subject", { sub: "system:serviceaccount:xtenant:other" }],
  [700212, "audience", { aud: "api://other" }],
])("AADSTS%i when the %s matches no federated credential, and says which was presented", async (code, _, claims) => {
  const answer = await present(await workloadToken(claims));

  expect(answer).toMatchObject({ status: 401, error: "invalid_client", code });
  expect(answer.error_description).toContain(`'${Object.values(claims)[0]}'`);
});

test("AADSTS7002138 for a subject that differs only in upper and lower case", async () => {
  const answer = await present(await workloadToken({ sub: workloadSubject.toUpperCase() }));

  expect(answer).toMatchObject({ status: 401, error: "invalid_client", code: 7002138 });
  expect(answer.error_description).toContain("not with case-sensitive comparison");
});

test("AADSTS70025 for an app without a federated credential", async () => {
  const { federatedIdentityCredentials: all, appId } = sandbox.seeded.provider.application;
  const before = all.splice(0);

  const answer = await present(await workloadToken());
  all.push(...before);

  expect(answer).toMatchObject({ status: 401, error: "invalid_client", code: 70025 });
  expect(answer.error_description).toContain(`The client '${appId}'`);
});

test("AADSTS700214 for a credential that has the id in place of the address of the exchange", async () => {
  const { tenant, identity, application } = sandbox.seeded.provider;
  const credentials = application.federatedIdentityCredentials;
  const before = credentials.splice(0);
  const audiences = ["fb60f99c-7a34-4190-8149-302f77469936"];
  credentials.push(...before.map((credential) => ({ ...credential, audiences })));

  const answer = await present(await appToken(sandbox.environment, tenant, identity, exchangeAudience));
  credentials.splice(0, credentials.length, ...before);

  expect(answer).toMatchObject({ status: 401, code: 700214 });
});

test("AADSTS700213 for another managed identity of the provider", async () => {
  const { tenant } = sandbox.seeded.provider;
  const administrator = principalOf(tenant, "contoso-administrator");

  const answer = await present(await appToken(sandbox.environment, tenant, administrator, exchangeAudience));

  expect(answer.code).toBe(700213);
});

test("AADSTS700226 and 700236 when the credential trusts what is no managed identity of the app's own tenant", async () => {
  const { tenant, application } = sandbox.seeded.provider;
  const administrator = principalOf(tenant, "contoso-administrator");
  const foreign = { tenant: sandbox.acme.tenant, principal: sandbox.acme.responder };
  const trust = (tenantId: string, subject: string) =>
    application.federatedIdentityCredentials.push({
      id: subject,
      name: subject,
      issuer: `${baseUrl}/${tenantId}/v2.0`,
      subject,
      audiences: [exchangeAudience],
    });
  trust(tenant.id, administrator.id);
  trust(foreign.tenant.id, foreign.principal.id);

  const ofApp = await appToken(sandbox.environment, tenant, administrator, exchangeAudience);
  const ofForeigner = await appToken(sandbox.environment, foreign.tenant, foreign.principal, exchangeAudience);

  expect((await present(ofApp)).code).toBe(700226);
  expect((await present(ofForeigner)).code).toBe(700236);
});

test("a federated token that somebody else signed is refused", async () => {
  const other = await createTestSandbox({ keys: "own" });
  const forged = await other.environment.keys.sign(
    { iss: `${baseUrl}/oidc`, sub: workloadSubject, aud: exchangeAudience },
    600,
  );

  expect(await present(forged)).toMatchObject({ status: 401, code: 700027 });
});

test("what is no JSON Web Token, or of another type, is refused", async () => {
  expect((await present("not.a.token")).code).toBe(50027);
  expect((await requestAsProvider(sandbox, acme, { client_assertion: await workloadToken() })).code).toBe(90023);
});
