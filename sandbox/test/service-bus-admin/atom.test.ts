import { beforeEach, expect, test } from "vitest";
import { appToken } from "../../src/entra/tokens.ts";
import { asOwner, namespaceScope, roleIds } from "../arm/arm-requests.ts";
import { createTestSandbox, principalOf, type TestSandbox } from "../test-sandbox.ts";

/** The administration API without a client, as recorded exchanges have it. */
let sandbox: TestSandbox;
let token: string;

beforeEach(async () => {
  sandbox = await createTestSandbox();
  const { tenant } = sandbox.acme;
  const principal = principalOf(tenant, "acme-administrator");
  const scope = namespaceScope(sandbox);
  const roleDefinitionId = `${scope}/providers/Microsoft.Authorization/roleDefinitions/${roleIds.dataOwner}`;
  const assignment = `${scope}/providers/Microsoft.Authorization/roleAssignments/33333333-3333-4333-8333-333333333333`;
  const owner = await asOwner(sandbox);
  await owner.put(assignment, { properties: { roleDefinitionId, principalId: principal.id } });
  token = await appToken(sandbox.environment, tenant, principal, "https://servicebus.azure.net");
});

const ask = (path: string, authorization = `Bearer ${token}`) =>
  sandbox.fetch(`https://acme-bus.servicebus.localhost:5671${path}?api-version=2021-05`, {
    headers: { authorization },
  });

// The client for Go sends the token alone (azservicebus, per_retry_auth_policy.go).
test("a token without its scheme is taken, other text is not", async () => {
  expect((await ask("/commands", token)).status).toBe(200);
  expect((await ask("/commands", `Basic ${token}`)).status).toBe(401);
  expect((await ask("/commands", "SharedAccessSignature sr=x&sig=y")).status).toBe(401);
});
