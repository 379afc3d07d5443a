import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { appToken } from "../../src/entra/tokens.ts";
import { findServicePrincipal } from "../../src/model.ts";
import { requestAsProvider } from "../entra/token-requests.ts";
import {
  baseUrl,
  bearer,
  createTestSandbox,
  json,
  principalOf,
  type TestSandbox,
  tokenFor,
  userOf,
  userTokenFor,
} from "../test-sandbox.ts";

let sandbox: TestSandbox;
let appId: string;
let admin: string;

beforeEach(async () => {
  sandbox = await createTestSandbox();
  appId = sandbox.seeded.provider.application.appId;
  const { tenant } = sandbox.acme;
  admin = await tokenFor(sandbox, { tenant, principal: principalOf(tenant, "acme-administrator") }, "graph");
});

const principals = "/graph/v1.0/servicePrincipals";
const byAppId = () => `${principals}(appId='${appId}')`;
const bodySchema = z.looseObject({
  id: z.string().optional(),
  value: z.array(z.looseObject({})).default([]),
  error: z.looseObject({ code: z.string(), message: z.string() }).optional(),
});

async function send(path: string, init: RequestInit) {
  const response = await sandbox.fetch(path, init);
  const text = await response.text();
  const body = bodySchema.parse(text === "" ? {} : JSON.parse(text));
  return { status: response.status, body, code: body.error?.code };
}

const get = (path: string, token = admin) => send(path, { headers: bearer(token) });
const create = (token = admin) => send(principals, json("POST", token, { appId }));

test("a second service principal of an app conflicts", async () => {
  const { status, body } = await create();

  expect(status).toBe(201);
  expect(body).toMatchObject({
    appId,
    accountEnabled: true,
    appOwnerOrganizationId: sandbox.seeded.provider.tenant.id,
    servicePrincipalType: "Application",
  });
  expect(await create()).toMatchObject({ status: 409, code: "Request_MultipleObjectsWithSameKeyValue" });
});

test("a service principal is found by any of its names", async () => {
  const query = (name: string) => get(`${principals}?$filter=servicePrincipalNames/any(c:c eq '${name}')`);
  await create();

  expect((await query(appId)).body.value).toMatchObject([{ appId }]);
  expect((await query("nobody's")).code).toBe("BadRequest");
  expect((await query("nobody")).body.value).toEqual([]);
});

test("an upsert creates what is missing, and changes what is there", async () => {
  const upsert = () => send(byAppId(), json("PATCH", admin, {}, { prefer: "create-if-missing" }));

  expect((await upsert()).status).toBe(201);
  expect((await upsert()).status).toBe(204);
});

test("a change without create-if-missing needs something to change", async () => {
  expect(await send(byAppId(), json("PATCH", admin, { accountEnabled: false }))).toMatchObject({
    status: 404,
    code: "Request_ResourceNotFound",
  });
});

test("a service principal is found by app id, by object id, and by filter", async () => {
  const { id = "" } = (await create()).body;

  expect((await get(byAppId())).body.id).toBe(id);
  expect((await get(`${principals}/${id}`)).body.id).toBe(id);
  expect((await get(`${principals}?$filter=appId eq '${appId}'&$select=id`)).body.value).toEqual([{ id }]);
  expect((await get(`${principals}?$filter=displayName eq 'nobody'`)).body.value).toEqual([]);
  expect((await get(`${principals}?$filter=endswith(displayName,'C')`)).status).toBe(400);
});

test("$select leaves out what was not asked for", async () => {
  await create();

  const { body } = await get(`${byAppId()}?$select=displayName,accountEnabled`);

  expect(Object.keys(body).sort()).toEqual(["@odata.context", "accountEnabled", "displayName", "value"]);
});

test("a service principal can be disabled", async () => {
  await create();

  expect((await send(byAppId(), json("PATCH", admin, { accountEnabled: false }))).status).toBe(204);
  expect(findServicePrincipal(sandbox.acme.tenant, appId)?.accountEnabled).toBe(false);
});

test("a deleted one is gone, and comes back with a new object id", async () => {
  const { id } = (await create()).body;

  expect((await send(byAppId(), { method: "DELETE", headers: bearer(admin) })).status).toBe(204);
  expect(await get(byAppId())).toMatchObject({ status: 404, code: "Request_ResourceNotFound" });
  expect((await create()).body.id).not.toBe(id);
});

test("an app that is not registered, or of another tenant alone, gets no service principal", async () => {
  for (const other of ["11111111-1111-4111-8111-111111111111", sandbox.fabrikam.administrator.appId])
    expect(await send(principals, json("POST", admin, { appId: other }))).toMatchObject({
      status: 400,
      code: "Request_BadRequest",
    });
  expect((await send(principals, json("POST", admin, { appId: "no guid" }))).code).toBe("Request_BadRequest");
});

test("a tenant sees its own service principals only", async () => {
  const { tenant } = sandbox.fabrikam;
  const other = await tokenFor(sandbox, { tenant, principal: principalOf(tenant, "fabrikam-administrator") }, "graph");
  await create();

  expect((await get(byAppId(), other)).status).toBe(404);
});

test("Authorization_RequestDenied without the permission, also for reading", async () => {
  const { tenant, responder } = sandbox.acme;
  const token = await tokenFor(sandbox, { tenant, principal: responder }, "graph");
  await create();

  expect(await create(token)).toMatchObject({ status: 403, code: "Authorization_RequestDenied" });
  expect((await send(byAppId(), { method: "DELETE", headers: bearer(token) })).status).toBe(403);
  expect((await send(byAppId(), json("PATCH", token, { accountEnabled: false }))).status).toBe(403);
  expect(await get(byAppId(), token)).toMatchObject({ status: 403, code: "Authorization_RequestDenied" });
});

test("an app that has consent and no permission cannot read the customer's directory, and a user can", async () => {
  const { tenant } = sandbox.acme;
  await create();
  const consented = await tokenFor(sandbox, { tenant, principal: principalOf(tenant, "Contoso xtenant") }, "graph");
  const staff = await userTokenFor(sandbox, { tenant, user: userOf(tenant, "staff") }, "graph");

  expect(await get(byAppId(), consented)).toMatchObject({ status: 403, code: "Authorization_RequestDenied" });
  expect((await get(byAppId(), staff)).status).toBe(200);
});

test("a user needs an administrator's directory role", async () => {
  const { tenant } = sandbox.acme;
  const staff = await userTokenFor(sandbox, { tenant, user: userOf(tenant, "staff") }, "graph");
  const administrator = await userTokenFor(sandbox, { tenant, user: userOf(tenant, "admin") }, "graph");

  expect((await create(staff)).status).toBe(403);
  expect((await create(administrator)).status).toBe(201);
});

test("Authorization_IdentityNotFound for an identity that was deleted since", async () => {
  const { tenant } = sandbox.acme;
  tenant.servicePrincipals.delete(principalOf(tenant, "acme-administrator").id);

  expect(await create()).toMatchObject({ status: 403, code: "Authorization_IdentityNotFound" });
});

test("InvalidAuthenticationToken without a token, with another's, for another audience, and after its time", async () => {
  const { tenant } = sandbox.acme;
  const forArm = await tokenFor(sandbox, { tenant, principal: principalOf(tenant, "acme-administrator") }, "arm");
  const stranger = await createTestSandbox({ keys: "own" });
  const theirs = await tokenFor(stranger, { tenant, principal: principalOf(tenant, "acme-administrator") }, "graph");
  const refused = { status: 401, code: "InvalidAuthenticationToken" };

  expect(await send(byAppId(), {})).toMatchObject(refused);
  expect(await get(byAppId(), "x.y.z")).toMatchObject(refused);
  expect(await get(byAppId(), forArm)).toMatchObject(refused);
  expect(await get(byAppId(), theirs)).toMatchObject(refused);
  sandbox.wait(3601_000);
  expect(await get(byAppId())).toMatchObject(refused);
});

test("a token that the workload identities' issuer signed is no token of a tenant", async () => {
  const { tenant } = sandbox.acme;
  const { id } = principalOf(tenant, "acme-administrator");
  const claims = { aud: `${baseUrl}/graph`, iss: `${baseUrl}/oidc`, tid: tenant.id, oid: id, sub: id, appid: id };

  const token = await sandbox.environment.keys.sign({ ...claims, roles: ["Application.ReadWrite.All"] }, 600);

  expect((await create(token)).status).toBe(401);
});

test("an audience with a slash at its end will do", async () => {
  const { tenant } = sandbox.acme;
  const principal = principalOf(tenant, "acme-administrator");

  const token = await appToken(sandbox.environment, tenant, principal, `${baseUrl}/graph/`);

  expect((await get(principals, token)).status).toBe(200);
});

test("a refusal has the form of Graph's", async () => {
  const response = await sandbox.fetch(byAppId(), {
    headers: { ...bearer(admin), "client-request-id": "7f3cbb8c-7b0b-4f8a-9a52-0f3f6f1f0f6e" },
  });

  expect(await response.json()).toEqual({
    error: {
      code: "Request_ResourceNotFound",
      message: expect.stringContaining(appId),
      innerError: {
        date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
        "request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
        "client-request-id": "7f3cbb8c-7b0b-4f8a-9a52-0f3f6f1f0f6e",
      },
    },
  });
});

test("what the sandbox does not have is refused as an unknown segment", async () => {
  expect(await get("/graph/v1.0/groups")).toMatchObject({ status: 400, code: "BadRequest" });
});

// What `az ad sp credential reset` reads and calls; without the lists it ends with a KeyError.
test("a service principal has secrets of its own, good in its tenant only", async () => {
  await create();
  const request = (tenant: string, secret: string) => requestAsProvider(sandbox, tenant, { client_secret: secret });
  expect((await get(byAppId())).body).toMatchObject({ passwordCredentials: [], keyCredentials: [] });

  const { body } = await send(`${byAppId()}/addPassword`, json("POST", admin, {}));
  const secret = String(body.secretText);

  expect((await get(byAppId())).body.passwordCredentials).toMatchObject([{ keyId: body.keyId, secretText: null }]);
  expect((await request("acme.example", secret)).status).toBe(200);
  expect((await request("contoso.example", secret)).code).toBe(7000215);
  expect((await send(`${byAppId()}/removePassword`, json("POST", admin, { keyId: body.keyId }))).status).toBe(204);
  expect((await request("acme.example", secret)).code).toBe(7000215);
});

test("a service principal is also called what its app calls itself", async () => {
  const { tenant, application } = sandbox.seeded.provider;
  const provider = await tokenFor(
    sandbox,
    { tenant, principal: principalOf(tenant, "contoso-administrator") },
    "graph",
  );
  const identifierUris = ["api://contoso.example/xtenant"];
  await send(`/graph/v1.0/applications/${application.id}`, json("PATCH", provider, { identifierUris }));

  expect((await create()).body.servicePrincipalNames).toEqual([...identifierUris, appId]);
});

// With which `az role assignment list` names principals.
test("objects of the directory are found by their ids", async () => {
  const { id } = (await create()).body;
  const user = userOf(sandbox.acme.tenant, "admin");
  const byIds = (body: object) => send("/graph/v1.0/directoryObjects/getByIds", json("POST", admin, body));
  const ids = [id, user.id, "11111111-1111-4111-8111-111111111111"];

  expect((await byIds({ ids })).body.value).toMatchObject([
    { "@odata.type": "#microsoft.graph.servicePrincipal", id, appId },
    { "@odata.type": "#microsoft.graph.user", id: user.id, displayName: user.displayName },
  ]);
  expect((await byIds({ ids, types: ["user"] })).body.value).toMatchObject([{ id: user.id }]);
  expect((await byIds({ ids: ["me"] })).code).toBe("Request_BadRequest");
});
