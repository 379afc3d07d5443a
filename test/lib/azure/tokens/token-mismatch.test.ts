import { describe, expect, test } from "vitest";
import { checkTokens, type ExpectedToken } from "../../../../src/lib/azure/tokens/token-check.ts";
import { parseGuid, parseTenantId } from "../../../../src/lib/domain/customer.ts";
import { ids } from "../../../fakes/config-document.ts";
import { fakeCredential, token } from "../../../fakes/credential.ts";

const scope = "https://servicebus.azure.net//.default";
const app: ExpectedToken = { tenantId: parseTenantId(ids.acme), clientId: parseGuid(ids.app) };
const person: ExpectedToken = { tenantId: parseTenantId(ids.acme) };
const claims = { aud: "https://servicebus.azure.net/", tid: ids.acme, appid: ids.app };

const getToken = (expected: ExpectedToken, given: object, asked = scope) =>
  checkTokens(fakeCredential(async () => token(given)).credential, expected).getToken(asked);

describe("a token is refused", () => {
  test.each([
    ["of another tenant", { tid: ids.fabrikam }, `refused a token for tenant ${ids.fabrikam}`],
    ["of another app (v1)", { appid: ids.principal }, `refused a token for app ${ids.principal}`],
    ["of another app (v2)", { appid: undefined, azp: ids.principal }, `refused a token for app ${ids.principal}`],
    ["for another service", { aud: "https://graph.microsoft.com" }, "refused a token for audience https://graph"],
    [
      "for Key Vault by the id of its application (v2)",
      { aud: "cfa8b339-82a2-471a-a3c9-0fc0be7a4093" },
      "refused a token for audience cfa8",
    ],
    ["for a list of services", { aud: [claims.aud] }, "refused a token for audience"],
    ["for a look-alike service", { aud: "https://servicebus.azure.net.evil.example" }, "refused a token for audience"],
  ])("%s", async (_, changes, message) => {
    await expect(getToken(app, { ...claims, ...changes })).rejects.toMatchObject({
      kind: "auth",
      code: "TokenMismatch",
      retryable: false,
      message: expect.stringContaining(message),
    });
  });

  test("each time it is requested: it is not cached", async () => {
    const { credential, asked } = fakeCredential(async () => token({ ...claims, tid: ids.fabrikam }));
    const { getToken } = checkTokens(credential, app);

    for (const _ of [1, 2]) await expect(getToken(scope)).rejects.toMatchObject({ code: "TokenMismatch" });
    expect(asked).toHaveLength(2);
  });

  test("without its text in the failure", async () => {
    const refused = await getToken(app, { ...claims, tid: ids.fabrikam }).catch((error: unknown) => error);

    expect(String(refused) + JSON.stringify(refused)).not.toMatch(/eyJ/);
  });
});

describe("a token is accepted", () => {
  test.each([
    ["for the same service without the last slash", { aud: "https://servicebus.azure.net" }],
    ["for Service Bus by the id of its application (v2)", { aud: "80a10ef9-8168-493d-abf9-3297c4ef6e3c" }],
    ["of the same app in capitals", { appid: ids.app.toUpperCase() }],
    ["of the same app (v2)", { appid: undefined, azp: ids.app }],
  ])("%s", async (_, changes) => {
    expect(await getToken(app, { ...claims, ...changes })).toHaveProperty("token");
  });

  test("of any client that a person signed in with", async () => {
    expect(await getToken(person, { ...claims, appid: ids.principal })).toHaveProperty("token");
  });

  test("of an administrator for Graph and Resource Manager", async () => {
    for (const service of ["https://graph.microsoft.com", "https://management.azure.com/"])
      expect(
        await getToken(person, { ...claims, aud: service }, `${service.replace(/\/$/, "")}/.default`),
      ).toBeTruthy();
  });
});
