import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { azFor } from "./az.ts";
import { azureCli } from "./installed.ts";
import { type ProxiedSandbox, startProxiedSandbox } from "./proxied-sandbox.ts";

/** The Azure CLI, unmodified, in its default cloud. Its tests are one story, in this order. */
describe.skipIf(azureCli.missing)(azureCli.name, () => {
  let sandbox: ProxiedSandbox;
  let az: Awaited<ReturnType<typeof azFor>>;
  beforeAll(async () => {
    sandbox = await startProxiedSandbox();
    az = await azFor(sandbox);
  });
  afterAll(() => sandbox?.stop());

  const acme = () => {
    const { acme: customer } = sandbox.config.customers;
    if (customer?.administrator.kind !== "secret") throw new Error("the config gives acme's administrator no secret");
    return { ...customer, clientId: customer.administrator.clientId };
  };
  const appId = () => sandbox.config.provider.clientId;
  const inNamespace = ["--resource-group", "messaging", "--namespace-name", "acme-bus"];

  test("is refused a wrong secret with Entra's code", async () => {
    expect(await az.login(acme(), "wrong")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("AADSTS7000215"),
    });
  });

  test("signs a service principal in and finds its subscription", async () => {
    const { code, stdout } = await az.login(acme(), await sandbox.secret("acme-administrator"));

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ id: acme().subscriptionId, tenantId: acme().tenantId }]);
  });

  test("signs in as the provider's app with its certificate", async () => {
    const { tenantId, clientId } = sandbox.config.provider;
    const certificate = join(sandbox.directory, "secrets", "provider.pem");

    const signedIn = await az.login({ tenantId, clientId }, certificate, "--allow-no-subscriptions");

    expect(signedIn.stderr).toBe("");
    expect(JSON.parse(signedIn.stdout)).toMatchObject([{ tenantId, user: { name: clientId } }]);
    await az.login(acme(), await sandbox.secret("acme-administrator"));
  });

  test("creates a service principal for the provider's app, once", async () => {
    const before = await az.run("ad", "sp", "show", "--id", appId());
    const created = await az.json("ad", "sp", "create", "--id", appId());
    const again = await az.run("ad", "sp", "create", "--id", appId());

    expect(before).toMatchObject({ code: 3, stderr: expect.stringContaining("does not exist") });
    expect(created).toMatchObject({ appId: appId(), appOwnerOrganizationId: sandbox.config.provider.tenantId });
    expect(await az.json("ad", "sp", "show", "--id", appId())).toMatchObject({ id: created.id });
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("already in use") });
  });

  test("reads and writes Graph and Resource Manager with az rest", async () => {
    const principals = await az.json("rest", "--url", "https://graph.microsoft.com/v1.0/servicePrincipals");
    const { id } = principals.value.find((one: { appId: string }) => one.appId === appId());
    const namespace = `/subscriptions/${acme().subscriptionId}/resourceGroups/messaging/providers/Microsoft.ServiceBus/namespaces/acme-bus`;
    const assignments = `${namespace}/providers/Microsoft.Authorization/roleAssignments`;
    const properties = {
      roleDefinitionId: `${namespace}/providers/Microsoft.Authorization/roleDefinitions/090c5cfd-751d-490a-894a-3ce6f1109419`,
      principalId: id,
      principalType: "ServicePrincipal",
    };
    const assign = ["rest", "--method", "put", "--body", JSON.stringify({ properties })];
    const url = () => ["--url", `${assignments}/${randomUUID()}?api-version=2022-04-01`];

    const created = await az.json(...assign, ...url());
    const again = await az.run(...assign, ...url());

    expect(created.properties).toMatchObject({ principalId: id });
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("RoleAssignmentExists") });
  });

  test("shows and lists namespaces and queues", async () => {
    const namespace = ["--resource-group", "messaging", "--name", "acme-bus"];

    expect(await az.json("servicebus", "namespace", "show", ...namespace)).toMatchObject({
      name: "acme-bus",
      serviceBusEndpoint: "https://acme-bus.servicebus.windows.net:443/",
      sku: { tier: "Standard" },
    });
    expect(await az.json("servicebus", "namespace", "list")).toMatchObject([{ name: "acme-bus" }]);
    expect(await az.json("servicebus", "queue", "list", ...inNamespace)).toMatchObject([
      { name: "commands" },
      { name: "statuses" },
    ]);
    expect(await az.json("servicebus", "queue", "show", ...inNamespace, "--name", "commands")).toMatchObject({
      status: "Active",
      lockDuration: "0:01:00",
      maxDeliveryCount: 10,
    });
  });

  test("makes a queue, changes it, and removes it", async () => {
    const audit = [...inNamespace, "--name", "audit"];
    const created = await az.json("servicebus", "queue", "create", ...audit, "--lock-duration", "PT30S");
    const changed = await az.json("servicebus", "queue", "update", ...audit, "--max-delivery-count", "3");
    const removed = await az.run("servicebus", "queue", "delete", ...audit);
    const missing = await az.run("servicebus", "queue", "show", ...audit);

    expect(created).toMatchObject({ name: "audit", lockDuration: "0:00:30", maxDeliveryCount: 10 });
    expect(changed).toMatchObject({ lockDuration: "0:00:30", maxDeliveryCount: 3 });
    expect(removed.code).toBe(0);
    expect(missing).toMatchObject({ code: 3, stderr: expect.stringContaining("(NotFound)") });
  });
});
