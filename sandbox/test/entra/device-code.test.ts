import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { baseUrl, createTestSandbox, type TestSandbox, userOf } from "../test-sandbox.ts";
import { answerPage, openPage } from "./browser.ts";
import { requestToken } from "./token-requests.ts";

const azureCli = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
const started = z.object({ user_code: z.string(), device_code: z.string(), verification_uri: z.string() });

let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await createTestSandbox();
});

async function begin(tenant = "acme.example") {
  const response = await sandbox.fetch(`/${tenant}/oauth2/v2.0/devicecode`, {
    method: "POST",
    body: new URLSearchParams({ client_id: azureCli, scope: `${baseUrl}/graph/.default openid offline_access` }),
  });
  const { user_code, device_code, verification_uri } = started.parse(await response.json());
  return { page: `/devicelogin?code=${user_code}`, device_code, verification_uri };
}

const poll = (device_code: string, tenant = "acme.example") =>
  requestToken(sandbox, tenant, { grant_type: "device_code", client_id: azureCli, device_code });

test("the device waits until its user has signed in elsewhere", async () => {
  const { page, device_code, verification_uri } = await begin();
  expect(verification_uri).toBe(`${baseUrl}/devicelogin`);
  expect(await poll(device_code)).toMatchObject({ status: 400, error: "authorization_pending" });

  await answerPage(sandbox, page, { as: "staff@acme.example", decision: "accept" });

  const { claims } = await poll(device_code);
  expect(claims).toMatchObject({ aud: `${baseUrl}/graph`, oid: userOf(sandbox.acme.tenant, "staff").id });
  expect((await poll(device_code)).error).toBe("expired_token");
});

test("a user who declines ends the waiting", async () => {
  const { page, device_code } = await begin();

  await answerPage(sandbox, page, { decision: "cancel" });

  expect((await poll(device_code)).error).toBe("authorization_declined");
});

test("a code is given up after a quarter of an hour", async () => {
  const { page, device_code } = await begin();
  sandbox.wait(16 * 60_000);

  expect((await poll(device_code)).error).toBe("expired_token");
  expect((await openPage(sandbox, page)).html).toContain("AADSTS70020:");
});

test("at /organizations the tenant is that of the user who signs in", async () => {
  const { page, device_code } = await begin("organizations");

  await answerPage(sandbox, page, { as: "admin@fabrikam.example", decision: "accept" });

  expect((await poll(device_code, "organizations")).claims.tid).toBe(sandbox.fabrikam.tenant.id);
});

test("the page asks for the code first, and refuses one that is not pending", async () => {
  expect((await openPage(sandbox, "/devicelogin")).html).toContain('name="code"');
  expect((await openPage(sandbox, "/devicelogin?code=WRONG")).html).toContain("AADSTS70020:");
});
