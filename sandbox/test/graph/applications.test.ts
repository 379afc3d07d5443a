import { X509Certificate } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { createClientCertificate } from "../../src/certificates/client-certificate.ts";
import { asAssertion, requestAsProvider, signAssertion } from "../entra/token-requests.ts";
import { bearer, createTestSandbox, json, principalOf, type TestSandbox, tokenFor } from "../test-sandbox.ts";

let sandbox: TestSandbox;
let admin: string;
let provider: string;

beforeEach(async () => {
  sandbox = await createTestSandbox();
  const { tenant, application } = sandbox.seeded.provider;
  admin = await tokenFor(sandbox, { tenant, principal: principalOf(tenant, "contoso-administrator") }, "graph");
  provider = `${applications}(appId='${application.appId}')`;
});

const applications = "/graph/v1.0/applications";
const bodySchema = z.looseObject({
  id: z.string().default(""),
  appId: z.string().default(""),
  secretText: z.string().nullish(),
  keyId: z.string().optional(),
  value: z.array(z.looseObject({ id: z.string().optional(), name: z.string().optional() })).default([]),
  error: z.looseObject({ code: z.string(), message: z.string() }).optional(),
});

async function send(path: string, init: RequestInit) {
  const response = await sandbox.fetch(path, init);
  const text = await response.text();
  const body = bodySchema.parse(text === "" ? {} : JSON.parse(text));
  return { status: response.status, body, code: body.error?.code };
}

const get = (path: string) => send(path, { headers: bearer(admin) });
const remove = (path: string) => send(path, { method: "DELETE", headers: bearer(admin) });
const named = `${applications}(uniqueName='xtenant-provider')`;
const wanted = {
  displayName: "Contoso second",
  signInAudience: "AzureADMultipleOrgs",
  web: { redirectUris: ["http://localhost/xtenant/consent"], implicitGrantSettings: { enableIdTokenIssuance: false } },
  servicePrincipalLockConfiguration: { isEnabled: true, allProperties: true },
};
const upsert = (body: object = wanted) => send(named, json("PATCH", admin, body, { Prefer: "create-if-missing" }));

test("an upsert by unique name registers an app once, then changes it", async () => {
  const { status, body } = await upsert();

  expect(status).toBe(201);
  expect(body).toMatchObject({ ...wanted, uniqueName: "xtenant-provider", publisherDomain: "contoso.example" });
  expect((await upsert({ displayName: "Contoso renamed" })).status).toBe(204);
  expect((await get(named)).body).toMatchObject({ ...wanted, displayName: "Contoso renamed", appId: body.appId });
});

// A recording of the Azure CLI of 2024; in 2022 it was any account.
test("an app of Graph's default audience is for its own tenant, and has no service principal yet", async () => {
  const { body } = await send(applications, json("POST", admin, { displayName: "plain" }));

  expect(body).toMatchObject({ signInAudience: "AzureADMyOrg", uniqueName: null });
  expect((await get(`/graph/v1.0/servicePrincipals(appId='${body.appId}')`)).status).toBe(404);
});

test("an app is found by object id, by app id, and by filter, and can be deleted", async () => {
  const { id, appId } = (await upsert()).body;

  expect((await get(`${applications}/${id}`)).body.appId).toBe(appId);
  expect((await get(`${applications}(appId='${appId}')`)).body.id).toBe(id);
  expect((await get(`${applications}?$filter=displayName eq 'Contoso second'&$select=id`)).body.value).toEqual([
    { id },
  ]);
  expect((await remove(`${applications}/${id}`)).status).toBe(204);
  expect(await get(named)).toMatchObject({ status: 404, code: "Request_ResourceNotFound" });
});

test("Request_BadRequest for an app without a name, a password in the body, or a redirect URI that Entra refuses", async () => {
  for (const body of [
    {},
    { displayName: "x", passwordCredentials: [] },
    { displayName: "x", web: { redirectUris: ["http://contoso.example/consented"] } },
    { displayName: "x", web: { redirectUris: ["https://*.contoso.example/"] } },
  ])
    expect(await send(applications, json("POST", admin, body))).toMatchObject({
      status: 400,
      code: "Request_BadRequest",
    });
});

test("Authorization_RequestDenied without the permission to write applications", async () => {
  const { tenant, identity } = sandbox.seeded.provider;
  const token = await tokenFor(sandbox, { tenant, principal: identity }, "graph");

  expect((await send(applications, json("POST", token, wanted))).code).toBe("Authorization_RequestDenied");
  expect((await send(`${provider}/addPassword`, json("POST", token, {}))).status).toBe(403);
  expect((await send(provider, json("PATCH", token, {}))).status).toBe(403);
});

test("a new secret is shown once, works, and can be taken away", async () => {
  const { body } = await send(
    `${provider}/addPassword`,
    json("POST", admin, { passwordCredential: { displayName: "rotation", endDateTime: "2099-01-01T00:00:00Z" } }),
  );
  const request = () => requestAsProvider(sandbox, "contoso.example", { client_secret: body.secretText ?? "" });

  expect((await request()).status).toBe(200);
  expect(JSON.stringify((await get(provider)).body)).not.toContain(body.secretText);

  const removal = json("POST", admin, { keyId: body.keyId });
  expect((await send(`${provider}/removePassword`, removal)).status).toBe(204);
  expect((await request()).code).toBe(7000215);
  expect((await send(`${provider}/removePassword`, removal)).code).toBe("Request_BadRequest");
});

// Azure/azure-cli, recording test_app_credential.
test("a secret without a name has none", async () => {
  const { body } = await send(`${provider}/addPassword`, json("POST", admin, {}));

  expect(body.displayName).toBeNull();
  expect((await get(provider)).body.passwordCredentials).toContainEqual(
    expect.objectContaining({ keyId: body.keyId, displayName: null }),
  );
});

// Azure/azure-rest-api-specs#11985
test("a certificate that has expired cannot be added, and one that is there can stay", async () => {
  const { appId, keyCredentials } = sandbox.seeded.provider.application;
  const { certificate } = await createClientCertificate("old", new Date(Date.now() - 86_400_000));
  const key = new X509Certificate(certificate).raw.toString("base64");
  const patch = (body: object) =>
    send(`/graph/v1.0/applications(appId='${appId}')`, json("PATCH", admin, { keyCredentials: [body] }));

  expect(await patch({ type: "AsymmetricX509Cert", usage: "Verify", key })).toMatchObject({
    ...{ status: 400, code: "Request_BadRequest" },
  });
  expect((await patch({ keyId: keyCredentials[0]?.keyId })).status).toBe(204);
});

test("a certificate is added beside the one that is there, and replaced by leaving it out", async () => {
  const other = await createTestSandbox({ keys: "own" });
  const key = new X509Certificate(other.certificate.certificate).raw.toString("base64");
  const [known] = sandbox.seeded.provider.application.keyCredentials;
  const entry = { type: "AsymmetricX509Cert", usage: "Verify", key, displayName: "next" };
  const replace = (keyCredentials: object[]) => send(provider, json("PATCH", admin, { keyCredentials }));
  const present = async (signer: TestSandbox["certificate"]) =>
    (
      await requestAsProvider(
        sandbox,
        "contoso.example",
        asAssertion(await signAssertion(sandbox, "contoso", { signer, claims: { aud: tokenEndpoint() } })),
      )
    ).status;
  const tokenEndpoint = () => `${sandbox.environment.baseUrl}/${sandbox.seeded.provider.tenant.id}/oauth2/v2.0/token`;

  expect((await replace([{ keyId: known?.keyId, key: null }, entry])).status).toBe(204);
  expect([await present(sandbox.certificate), await present(other.certificate)]).toEqual([200, 200]);

  expect((await replace([entry])).status).toBe(204);
  expect([await present(sandbox.certificate), await present(other.certificate)]).toEqual([401, 200]);
  expect((await replace([{ ...entry, key: "AAAA" }])).code).toBe("Request_BadRequest");
});

const credentials = () => `${provider}/federatedIdentityCredentials`;
const github = {
  name: "github",
  issuer: "https://token.actions.githubusercontent.com",
  subject: "repo:contoso/xtenant:environment:production",
  audiences: ["api://AzureADTokenExchange"],
};

// The Azure CLI writes the name, or the id, as a plain segment (recording test_app_federated_credential, 2022-06).
test.each(["(name='github')", "/github"])(
  "a federated credential is created, found by %s, changed and deleted",
  async (key) => {
    const byName = `${credentials()}${key}`;

    expect((await send(credentials(), json("POST", admin, github))).status).toBe(201);
    expect((await get(byName)).body).toMatchObject(github);
    expect((await send(byName, json("PATCH", admin, { subject: "repo:contoso/other:pull_request" }))).status).toBe(204);
    expect((await get(byName)).body).toMatchObject({ ...github, subject: "repo:contoso/other:pull_request" });
    expect((await remove(byName)).status).toBe(204);
    expect((await get(credentials())).body.value.map(({ name }) => name)).toEqual([
      "managed-identity",
      "workload-identity",
      "github-actions",
      "github-actions-names",
    ]);
  },
);

test("an upsert by name creates a federated credential once", async () => {
  const { name: _, ...others } = github;
  const put = () =>
    send(`${credentials()}(name='github')`, json("PATCH", admin, others, { prefer: "create-if-missing" }));

  expect((await put()).status).toBe(201);
  expect((await put()).status).toBe(204);
});

test("issuer and subject are used once, audiences are exactly one, and there are at most twenty", async () => {
  const add = (changes: object) => send(credentials(), json("POST", admin, { ...github, ...changes }));
  await add({});

  expect((await add({ name: "again" })).code).toBe("Request_MultipleObjectsWithSameKeyValue");
  expect((await add({ name: "two", audiences: ["a", "b"] })).code).toBe("Request_BadRequest");
  for (let count = 5; count < 20; count++)
    expect((await add({ name: `nr-${count}`, subject: `${count}` })).status).toBe(201);
  expect((await add({ name: "nr-20", subject: "20" })).code).toBe("Request_BadRequest");
});
