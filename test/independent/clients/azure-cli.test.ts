import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { azFor } from "../az.ts";
import { type ProxiedSandbox, startProxiedSandbox } from "../proxied-sandbox.ts";
import { currentAz } from "./official.ts";

const { packages, missing } = currentAz;
const title = `${packages.join(", ")}${missing === undefined ? "" : ` (SKIPPED: ${missing})`}`;

/** The current Azure CLI, in its default cloud. After the sign-in, its tests run at the same time. */
describe.skipIf(missing !== undefined)(title, () => {
  let sandbox: ProxiedSandbox;
  let az: Awaited<ReturnType<typeof azFor>>;
  beforeAll(async () => {
    sandbox = await startProxiedSandbox();
    az = await azFor(sandbox, currentAz.file, currentAz.firstStart);
    const { tenantId, administrator } = acme();
    const clientId = administrator.kind === "secret" ? administrator.clientId : "";
    await az.signIn({ tenantId, clientId }, await sandbox.secret("acme-administrator"));
  }, 120_000);
  afterAll(() => sandbox?.stop());

  const acme = () => {
    const { acme: customer } = sandbox.config.customers;
    if (customer === undefined) throw new Error("the config has no acme");
    return customer;
  };
  const inNamespace = ["--resource-group", "messaging", "--namespace-name", "acme-bus"];
  const commands = () =>
    `/subscriptions/${acme().subscriptionId}/resourceGroups/messaging/providers/Microsoft.ServiceBus/namespaces/acme-bus/queues/commands`;

  test.concurrent("creates the provider's service principal, gives it a role and a secret, and lists principals by name", async () => {
    const { clientId } = sandbox.config.provider;
    const created = await az.json("ad", "sp", "create", "--id", clientId);
    const role = ["--role", "Azure Service Bus Data Sender", "--scope", commands()];
    const granted = await az.json("role", "assignment", "create", "--assignee", clientId, ...role);
    const listed = await az.json("role", "assignment", "list", "--scope", commands(), "--include-inherited");
    const secret = await az.json("ad", "sp", "credential", "reset", "--id", clientId);

    expect(granted).toMatchObject({ principalId: created.id, principalType: "ServicePrincipal" });
    expect(listed).toContainEqual(expect.objectContaining({ principalName: clientId, roleDefinitionName: role[1] }));
    expect(listed).toContainEqual(expect.objectContaining({ principalName: "admin@acme.example" }));
    expect(secret).toMatchObject({ appId: clientId, password: expect.stringMatching(/.{20}/) });
  }, 120_000);

  test.concurrent("registers an app, and finds its federated credential by name", async () => {
    const app = await az.json("ad", "app", "create", "--display-name", "orders");
    const credential = ["ad", "app", "federated-credential"];
    const trusted = {
      name: "github",
      issuer: "https://token.actions.githubusercontent.com",
      subject: "repo:acme/orders:environment:production",
      audiences: ["api://AzureADTokenExchange"],
    };
    await az.json(...credential, "create", "--id", app.id, "--parameters", JSON.stringify(trusted));
    const shown = await az.json(...credential, "show", "--id", app.id, "--federated-credential-id", "github");

    expect(app).toMatchObject({ signInAudience: "AzureADMyOrg" });
    expect(shown).toMatchObject(trusted);
  }, 120_000);

  test.concurrent("makes a queue; a rule below a queue is refused and makes none", async () => {
    const audit = [...inNamespace, "--name", "audit"];
    const created = await az.json("servicebus", "queue", "create", ...audit, "--lock-duration", "PT30S");
    const rule = [...inNamespace, "--queue-name", "audit", "--name", "sender", "--rights", "Send"];
    const refused = await az.run("servicebus", "queue", "authorization-rule", "create", ...rule);
    const listed = await az.json("servicebus", "queue", "list", ...inNamespace);

    expect(created).toMatchObject({ name: "audit", lockDuration: "PT30S", maxDeliveryCount: 10 });
    expect(refused).toMatchObject({ code: expect.any(Number), stderr: expect.stringContaining("InvalidResourceType") });
    expect(listed).toMatchObject([{ name: "commands" }, { name: "statuses" }, { name: "audit" }]);
  }, 120_000);
});
