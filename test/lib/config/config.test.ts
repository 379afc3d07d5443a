import { describe, expect, test } from "vitest";
import { type Config, parseConfig } from "../../../src/lib/config/config.ts";
import { configSchema } from "../../../src/lib/config/config-schema.ts";
import { azureClouds } from "../../../src/lib/domain/cloud-endpoints.ts";
import { parseCustomerName } from "../../../src/lib/domain/customer.ts";
import { configDocument, ids, sandboxCloud, withValue } from "../../fakes/config-document.ts";

const file = "/etc/contoso/xtenant.json";

function parsed(document: unknown): Config {
  const config = parseConfig(document, file);
  if ("provider" in config) return config;
  throw new Error(JSON.stringify(config));
}

const acmeOf = ({ customers }: Config) => customers.get(parseCustomerName("acme"));

describe("a config", () => {
  test("needs no more than the provider's tenant and app", () => {
    expect(parsed({ provider: { tenantId: ids.contoso, clientId: ids.app } })).toEqual({
      file,
      cloud: azureClouds.public,
      provider: {
        tenantId: ids.contoso,
        clientId: ids.app,
        consentRedirectUri: "https://entra.microsoft.com",
        administrator: { kind: "azure-cli" },
      },
      transport: "auto",
      contracts: {},
      commands: new Map(),
      customers: new Map(),
    });
  });

  test("gives a customer the default queues, an administrator who uses the Azure CLI, and no tags", () => {
    expect(acmeOf(parsed(configDocument()))).toEqual({
      name: "acme",
      tenantId: ids.acme,
      namespace: "acme-messages.servicebus.windows.net",
      commandQueue: "commands",
      statusQueue: "statuses",
      subscriptionId: ids.subscription,
      resourceGroup: "messaging",
      administrator: { kind: "azure-cli" },
      access: "least-privilege",
      tags: {},
    });
  });

  test("keeps ids and hosts in lower case, however they were typed", () => {
    const shouted = withValue(
      withValue(configDocument(), "customers.acme.tenantId", ids.acme.toUpperCase()),
      "customers.acme.namespace",
      "ACME-Messages.servicebus.windows.net",
    );

    expect(acmeOf(parsed(shouted))).toMatchObject({
      tenantId: ids.acme,
      namespace: "acme-messages.servicebus.windows.net",
    });
  });

  test.each(["public", "usgovernment", "china"] as const)("knows the endpoints of the cloud %s", (cloud) => {
    const { provider } = configDocument();

    expect(parsed({ cloud, provider }).cloud).toBe(azureClouds[cloud]);
  });

  test("accepts 'constructor' as a customer's name", () => {
    const { customers, ...rest } = configDocument();

    const config = parsed({ ...rest, customers: { constructor: customers.acme } });

    expect([...config.customers.keys()]).toEqual(["constructor"]);
  });
});

describe("a path in a config", () => {
  test.each([
    ["credential.json", "/etc/contoso/credential.json"],
    ["../keys/app.pem", "/etc/keys/app.pem"],
    ["/run/secrets/app", "/run/secrets/app"],
  ])("%s starts from the config's own folder", (written, absolute) => {
    const credential = { kind: "secret", secretFile: written };

    const config = parsed(withValue(configDocument(), "provider.credential", credential));

    expect(config.provider.credential).toEqual({ kind: "secret", secretFile: absolute });
  });

  test.each([
    ["provider.credential", { kind: "certificate", certificateFile: "app.pem", sendCertificateChain: true }],
    ["provider.credential", { kind: "workload-identity", assertionFile: "token" }],
    ["provider.administrator", { kind: "certificate", clientId: ids.app, certificateFile: "admin.pem" }],
    ["customers.acme.administrator", { kind: "secret", clientId: ids.app, secretFile: "admin" }],
    ["customers.acme.responder", { kind: "secret", clientId: ids.app, secretFile: "worker" }],
  ])("is made absolute in %s", (path, identity) => {
    const config = parsed(withValue(configDocument(), path, identity));

    const text = JSON.stringify([config.provider, acmeOf(config)]);
    expect(text).toMatch(/"(?:secret|certificate|assertion)File":"\/etc\/contoso\//);
  });

  test("is left alone when it is the name of an environment variable", () => {
    const credential = { kind: "secret", secretEnv: "CONTOSO_SECRET" };

    expect(parsed(withValue(configDocument(), "provider.credential", credential)).provider.credential).toEqual(
      credential,
    );
  });
});

test("a custom cloud is a sandbox with its own certificate authority", () => {
  const { provider } = configDocument();

  expect(parsed({ cloud: sandboxCloud, provider }).cloud).toEqual({
    name: "sandbox",
    authorityHost: "https://localhost:8443",
    graphEndpoint: "https://localhost:8443/graph",
    armEndpoint: "https://127.0.0.1:8443",
    serviceBusSuffix: "servicebus.localhost",
    federationAudience: "api://AzureADTokenExchange",
    sandbox: {
      serviceBusEndpoint: "sb://localhost:8443",
      managedIdentityEndpoint: "http://localhost:8080",
      caFile: "/etc/contoso/ca.pem",
    },
  });
});

test("a document that was parsed before is the same after parsing it again: the library accepts it", () => {
  const commands = { restart: { body: { restart: "web" }, timeout: "30s" } };
  const once = configSchema.parse({ ...configDocument(), commands });

  expect(configSchema.parse(once)).toEqual(once);
});
