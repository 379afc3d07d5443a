import { beforeEach, expect, test } from "vitest";
import { findServicePrincipal } from "../../src/model.ts";
import { baseUrl, createTestSandbox, type TestSandbox } from "../test-sandbox.ts";
import { answerPage, link, openPage } from "./browser.ts";

let sandbox: TestSandbox;
let request: Record<string, string>;

beforeEach(async () => {
  sandbox = await createTestSandbox();
  request = {
    client_id: sandbox.seeded.provider.application.appId,
    scope: "openid",
    redirect_uri: `${baseUrl}/consented`,
    state: "s&t=1",
  };
});

const second = (changes: Record<string, string> = {}, tenant = sandbox.acme.tenant.id) =>
  link(`/${tenant}/v2.0/adminconsent`, { ...request, ...changes });
const first = (changes: Record<string, string> = {}) => {
  const { scope: _, ...others } = request;
  return link(`/${sandbox.acme.tenant.id}/adminconsent`, { ...others, ...changes });
};
const providerAtAcme = () => findServicePrincipal(sandbox.acme.tenant, sandbox.seeded.provider.application.appId);
const admin = "admin@acme.example";

test("the page names the app, its id, its publisher and the scopes", async () => {
  const { status, html } = await openPage(sandbox, second());

  expect(status).toBe(200);
  expect(html).toContain("Contoso xtenant");
  expect(html).toContain(sandbox.seeded.provider.application.appId);
  expect(html).toMatch(/<dt>Publisher<\/dt><dd>Contoso<\/dd>/);
  expect(html).toMatch(/<dt>Asks for<\/dt><dd>openid<\/dd>/);
});

test("the page offers the users of its tenant only", async () => {
  expect(Object.keys((await openPage(sandbox, second())).users)).toEqual([admin, "staff@acme.example"]);
});

test("opening the page changes nothing", async () => {
  await openPage(sandbox, second());

  expect(providerAtAcme()).toBeUndefined();
});

test("accepting gives consent, and sends the administrator back with tenant and state", async () => {
  const { status, target, query } = await answerPage(sandbox, second(), { as: admin, decision: "accept" });

  expect(status).toBe(302);
  expect(target?.href).toMatch(`${baseUrl}/consented?`);
  expect(query).toEqual({ admin_consent: "True", tenant: sandbox.acme.tenant.id, scope: "openid", state: "s&t=1" });
  expect(providerAtAcme()).toMatchObject({
    appOwnerOrganizationId: sandbox.seeded.provider.tenant.id,
    accountEnabled: true,
  });
});

test("accepting again keeps the service principal", async () => {
  await answerPage(sandbox, second(), { as: admin, decision: "accept" });
  const before = providerAtAcme();
  await answerPage(sandbox, second(), { as: admin, decision: "accept" });

  expect(providerAtAcme()).toBe(before);
});

test("cancelling gives no consent, and the refusal also carries admin_consent=True", async () => {
  const { query } = await answerPage(sandbox, second(), { decision: "cancel" });

  expect(query).toMatchObject({ admin_consent: "True", error: "access_denied", state: "s&t=1" });
  expect(query.error_uri).toMatch(/code=65004$/);
  expect(query.error_description).toMatch(/^AADSTS65004/);
  expect(providerAtAcme()).toBeUndefined();
});

test("the first version of the page asks without scope and refuses without state", async () => {
  const accepted = await answerPage(sandbox, first(), { as: admin, decision: "accept" });
  const declined = await answerPage(sandbox, first(), { decision: "cancel" });

  expect(accepted.query).toEqual({ tenant: sandbox.acme.tenant.id, state: "s&t=1", admin_consent: "True" });
  expect(declined.query).toEqual({ error: "permission_denied", error_description: "The admin canceled the request" });
});

test("AADSTS90094 for a user who is no administrator", async () => {
  const { status, html } = await answerPage(sandbox, second(), { as: "staff@acme.example", decision: "accept" });

  expect(status).toBe(403);
  expect(html).toContain("AADSTS90094");
  expect(providerAtAcme()).toBeUndefined();
});

test("AADSTS50020 for a user of another tenant", async () => {
  const { proof = "" } = (await openPage(sandbox, second())).hidden;
  const { users } = await openPage(sandbox, second({}, "fabrikam.example"));
  const user = users["admin@fabrikam.example"] ?? "";

  const response = await sandbox.fetch(second(), {
    method: "POST",
    body: new URLSearchParams({ proof, user, decision: "accept" }),
  });

  expect(user).not.toBe("");
  expect(await response.text()).toContain("AADSTS50020");
  expect(providerAtAcme()).toBeUndefined();
});

test("a link to /organizations gives consent for the tenant of the user who accepts", async () => {
  const url = second({}, "organizations");

  const { query } = await answerPage(sandbox, url, { as: "admin@fabrikam.example", decision: "accept" });

  expect(query.tenant).toBe(sandbox.fabrikam.tenant.id);
  expect(providerAtAcme()).toBeUndefined();
});

test.each([
  ["another path", `${baseUrl}/elsewhere`],
  ["another host", "https://consented.example/consented"],
  ["another port of a host that is not localhost", "https://entra.microsoft.com:444"],
])("AADSTS50011 for a redirect URI with %s, without a redirect to it", async (_, redirect_uri) => {
  const response = await sandbox.fetch(second({ redirect_uri }), { redirect: "manual" });

  expect(response.status).toBe(400);
  expect(response.headers.get("location")).toBeNull();
  expect(await response.text()).toContain("AADSTS50011");
});

test("the port of localhost is free", async () => {
  const redirect_uri = "http://localhost:49152/xtenant/consent";

  const { target } = await answerPage(sandbox, second({ redirect_uri }), { as: admin, decision: "accept" });

  expect(target?.origin).toBe("http://localhost:49152");
});

test("without a redirect URI the first registered one is taken", async () => {
  const { redirect_uri: _, ...others } = request;
  const url = link(`/${sandbox.acme.tenant.id}/v2.0/adminconsent`, others);

  const { target } = await answerPage(sandbox, url, { as: admin, decision: "accept" });

  expect(target?.href).toMatch(/^http:\/\/localhost\/xtenant\/consent\?/);
});

test.each([
  [700016, { client_id: "11111111-1111-4111-8111-111111111111" }, undefined],
  [90002, {}, "nobody.example"],
  [900144, { scope: "" }, undefined],
])("AADSTS%i is shown as a page", async (code, changes, tenant) => {
  const { status, html, headers } = await openPage(sandbox, second(changes, tenant));

  expect(status).toBe(400);
  expect(headers.get("content-type")).toMatch("text/html");
  expect(html).toContain(`AADSTS${code}:`);
});

test("AADSTS650059 for another tenant's single-tenant app, AADSTS50194 at /organizations", async () => {
  const client_id = sandbox.fabrikam.administrator.appId;

  expect((await openPage(sandbox, second({ client_id }))).html).toContain("AADSTS650059:");
  expect((await openPage(sandbox, second({ client_id }, "organizations"))).html).toContain("AADSTS50194:");
});

test("AADSTS650056 for /.default when the app lists no permission", async () => {
  const { application } = sandbox.seeded.provider;
  const scope = "https://graph.microsoft.com/.default";
  expect((await openPage(sandbox, second({ scope }))).status).toBe(200);
  application.settings = {};

  expect((await openPage(sandbox, second({ scope }))).html).toContain("AADSTS650056:");
});

test.each([
  ["no proof", { proof: "" }, {}],
  ["a made-up proof", { proof: `${Date.now() + 60_000}.AAAA` }, {}],
  ["a form that another site sends", {}, { origin: "https://evil.example" }],
])("AADSTS90014 for %s", async (_, answer, headers) => {
  const { html } = await answerPage(sandbox, second(), { as: admin, decision: "accept", ...answer }, headers);

  expect(html).toContain("AADSTS90014:");
  expect(providerAtAcme()).toBeUndefined();
});

test("a proof is valid for its own link only, and for a limited time", async () => {
  const { proof = "" } = (await openPage(sandbox, second({ state: "other" }))).hidden;
  expect((await answerPage(sandbox, second(), { as: admin, decision: "accept", proof })).html).toContain("AADSTS90014");

  const own = (await openPage(sandbox, second())).hidden.proof ?? "";
  sandbox.wait(16 * 60_000);
  expect((await answerPage(sandbox, second(), { as: admin, decision: "accept", proof: own })).html).toContain(
    "AADSTS90014",
  );
  expect(providerAtAcme()).toBeUndefined();
});

test("what comes from outside is escaped, and scripts and frames are forbidden", async () => {
  const { headers, html } = await openPage(sandbox, second({ scope: "<script>alert(1)</script>" }));

  expect(html).not.toContain("<script");
  expect(html).toContain("&lt;script&gt;");
  expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  expect(headers.get("x-frame-options")).toBe("DENY");
});

test("the page after consent shows acceptance or refusal", async () => {
  expect((await openPage(sandbox, "/consented?admin_consent=True")).html).toContain("Thank you");
  expect((await openPage(sandbox, "/consented?admin_consent=True&error=access_denied")).html).toContain("Declined");
});
