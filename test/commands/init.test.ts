import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Context } from "../../src/cli/context.ts";
import { styleFor } from "../../src/cli/output/style.ts";
import { init, view } from "../../src/commands/init.ts";
import { parseCustomerName, parseGuid, parseTenantReference } from "../../src/lib/domain/customer.ts";
import { requireRecord } from "../e2e/json-records.ts";
import { bareContext } from "../fakes/bare-context.ts";
import { openFolder } from "../fakes/folder.ts";
import { createMemoryCloud } from "../fakes/memory-cloud.ts";
import { output } from "../fakes/output.ts";
import { fakeTerminal } from "../fakes/terminal.ts";

async function newcomer() {
  const folder = await openFolder();
  const memory = createMemoryCloud();
  const terminal = fakeTerminal({ workingDirectory: folder.path });
  const context: Context = { ...bareContext(), azure: memory.cloud, terminal };
  const document = async (name: string) => JSON.parse(await readFile(join(folder.path, name), "utf8"));
  return { ...folder, context, memory, document };
}

const tenant = parseTenantReference("acme.example");
const app = parseGuid("22222222-2222-4222-8222-222222222222");

test("the app is registered before the config that names it, and only once", async () => {
  await using given = await newcomer();
  const { context, document } = given;

  const first = await init(context, { out: "one.json", tenant, createApp: "Contoso orders", credential: "none" });
  const second = await init(context, { out: "two.json", tenant, createApp: "Contoso orders" });

  expect([first.app, second.app]).toEqual(["created", "existing"]);
  expect(second.clientId).toBe(first.clientId);
  expect(await document("one.json")).toMatchObject({
    provider: { clientId: first.clientId, tenantId: "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa" },
  });
  expect((await document("one.json")).provider).not.toHaveProperty("credential");
});

test("an existing file is replaced only with --force, and without --force no app is registered", async () => {
  await using given = await newcomer();
  const { context, memory } = given;
  await init(context, { out: "x.json", tenant, clientId: app });

  await expect(init(context, { out: "x.json", tenant, createApp: "Contoso" })).rejects.toMatchObject({
    kind: "conflict",
    code: "ConfigExists",
  });
  expect(await memory.apps.registrations.find({ uniqueName: "xtenant" })).toBeUndefined();
  expect(await init(context, { out: "x.json", tenant, clientId: app, force: true })).toMatchObject({ app: "adopted" });
});

test("an existing app and a new app exclude each other; without a terminal the missing option is named", async () => {
  await using given = await newcomer();
  const { context } = given;

  await expect(init(context, { out: "x.json", tenant, clientId: app, createApp: "y" })).rejects.toMatchObject({
    kind: "usage",
  });
  await expect(init(context, { out: "x.json", tenant })).rejects.toMatchObject({
    code: "UsageMissingOption",
    message: expect.stringMatching(/--client-id/),
  });
  expect(await given.names()).toEqual([]);
});

test("the published schema describes the record of init, and refuses that of an error", async () => {
  await using given = await newcomer();

  const record = await init(given.context, { out: "x.json", tenant, clientId: app });

  expect(() => requireRecord("init", JSON.stringify(record))).not.toThrow();
  expect(() => requireRecord("init", JSON.stringify({ kind: "usage", code: "x", message: "x" }))).toThrow();
});

test("the next step names the file where commands here would use another config, or none", async () => {
  await using given = await newcomer();
  const { context, path } = given;
  const at = (name: string) => join(path, name);
  const written = async (out: string, env: object = {}) => {
    const terminal = { ...context.terminal, env: { HOME: path, ...env } };
    const record = await init({ ...context, terminal }, { out, tenant, clientId: app });
    return {
      ...record,
      lines: view(record, styleFor(output(), {}, false))
        .split("\n")
        .slice(1),
    };
  };
  const add = "customers add <name> --tenant <id> --namespace <host>";

  expect(await written("acme.json")).toMatchObject({
    isDefault: false,
    lines: [`  next  xtenant --config ${at("acme.json")} ${add}`],
  });
  expect(await written("xtenant.json")).toMatchObject({ isDefault: true, lines: [`  next  xtenant ${add}`] });
  expect(await written("other.json", { XTENANT_CONFIG: "xtenant.json" })).toMatchObject({
    isDefault: false,
    defaultConfig: at("xtenant.json"),
    lines: [
      `not used without --config or a context: commands here use ${at("xtenant.json")}`,
      `  next  xtenant --config ${at("other.json")} ${add}`,
    ],
  });
});

const settings = {
  ClientSecret: "s3cret",
  ClientId: app,
  ProviderTenantId: "11111111-1111-4111-8111-111111111111",
  CustomerTenantId: "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa",
  ServiceBusNamespace: "acme-bus.servicebus.windows.net",
  DeploymentCommandQueueName: "deployment-commands",
  DeploymentStatusQueueName: "deployment-statuses",
  ScheduleSetting: "0 */5 * * * *",
};

test("the settings of the sample become a config with its customer, without the secret", async () => {
  await using given = await newcomer();
  const { context, document, path } = given;
  await writeFile(join(path, "local.settings.json"), JSON.stringify({ Values: settings }));

  const acme = parseCustomerName("acme");
  const written = await init(context, { out: "x.json", from: join(path, "local.settings.json"), customer: acme });

  expect(written).toMatchObject({ customer: "acme", credential: "secret", leftOut: ["ScheduleSetting"] });
  expect(await document("x.json")).toMatchObject({
    provider: { clientId: app, credential: { kind: "secret", secretEnv: "ClientSecret" } },
    customers: { acme: { commandQueue: "deployment-commands" } },
  });
  expect(JSON.stringify(await document("x.json"))).not.toContain(settings.ClientSecret);
});

test("settings need a name for their customer, and contain everything else", async () => {
  await using given = await newcomer();
  const { context, names } = given;
  const from = "local.settings.json";
  const customer = parseCustomerName("acme");

  for (const half of [{ from }, { customer }, { from, customer, tenant }, { from, customer, createApp: "Contoso" }])
    await expect(init(context, { out: "x.json", ...half })).rejects.toMatchObject({ kind: "usage" });
  await expect(init(context, { out: "x.json", from, customer })).rejects.toMatchObject({ code: "FileUnreadable" });
  expect(await names()).toEqual([]);
});

const sandboxDocument = {
  cloud: {
    name: "sandbox",
    authorityHost: "https://localhost:4433",
    graphEndpoint: "https://localhost:4433/graph",
    armEndpoint: "https://localhost:4433/arm",
    serviceBusSuffix: "servicebus.localhost",
    serviceBusEndpoint: "sb://localhost:4433",
    managedIdentityEndpoint: "http://127.0.0.1:4433",
    caFile: "ca.pem",
  },
  provider: {
    tenantId: "11111111-1111-4111-8111-111111111111",
    clientId: app,
    consentRedirectUri: "https://localhost:4433/consented",
    credential: { kind: "managed-identity", managedIdentityClientId: "33333333-3333-4333-8333-333333333333" },
    administrator: { kind: "secret", clientId: app, secretFile: "secrets/contoso" },
  },
};

test.each(["the option", "the variable"])("a sandbox's folder is a cloud, named by %s", async (by) => {
  await using given = await newcomer();
  const { context, document, path } = given;
  await mkdir(join(path, "sandbox"));
  await writeFile(join(path, "sandbox/xtenant.json"), JSON.stringify(sandboxDocument));
  const terminal = { ...context.terminal, env: by === "the variable" ? { XTENANT_CLOUD: "sandbox" } : {} };
  const options = by === "the option" ? { cloud: "sandbox" } : {};

  await init({ ...context, terminal }, { out: "x.json", tenant, createApp: "Contoso orders", ...options });

  expect(await document("x.json")).toMatchObject({
    cloud: { ...sandboxDocument.cloud, caFile: join(path, "sandbox/ca.pem") },
    provider: {
      consentRedirectUri: "https://localhost:4433/consented",
      credential: sandboxDocument.provider.credential,
      administrator: { kind: "secret", secretFile: join(path, "sandbox/secrets/contoso") },
    },
  });
});

test("a cloud that is neither Azure's nor a sandbox's folder is not found", async () => {
  await using given = await newcomer();

  await expect(init(given.context, { out: "x.json", tenant, clientId: app, cloud: "usgov" })).rejects.toMatchObject({
    code: "SandboxNotFound",
  });
});

test("--dry-run creates no app and writes no file", async () => {
  await using given = await newcomer();
  const { context, memory, document } = given;
  const request = { out: "x.json", tenant, createApp: "Contoso", dryRun: true } as const;

  expect(await init(context, request)).toMatchObject({ outcome: "would-write", app: "would-create" });
  expect(await memory.apps.registrations.find({ uniqueName: "xtenant" })).toBeUndefined();
  await expect(document("x.json")).rejects.toThrow("ENOENT");
});
