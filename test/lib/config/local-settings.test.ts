import { expect, test } from "vitest";
import { parseConfig } from "../../../src/lib/config/config.ts";
import { fromLocalSettings } from "../../../src/lib/config/local-settings.ts";
import { parseCustomerName } from "../../../src/lib/domain/customer.ts";
import { Failure } from "../../../src/lib/errors/failure.ts";

const acme = parseCustomerName("acme");
const providerTenant = "11111111-1111-4111-8111-111111111111";
const client = "22222222-2222-4222-8222-222222222222";
const customerTenant = "AAAAAAAA-AAAA-4AAA-8AAA-AAAAAAAAAAAA";

/** The sample's file, filled in, with its comments. */
const filled = (changes: Readonly<Record<string, string | undefined>> = {}) => {
  const values: Record<string, string | undefined> = {
    AzureWebJobsStorage: "UseDevelopmentStorage=true",
    FUNCTIONS_WORKER_RUNTIME: "dotnet",
    ClientSecret: "s3cret // not a comment",
    ClientId: client,
    ProviderTenantId: providerTenant,
    CustomerTenantId: customerTenant,
    ServiceBusNamespace: "acme-bus.servicebus.windows.net",
    DeploymentCommandQueueName: "deployment-commands",
    DeploymentStatusQueueName: "deployment-statuses",
    ...changes,
  };
  const lines = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}, // from the portal`);
  return `{\n  "IsEncrypted": false, /* as made */\n  "Values": {\n${lines.join("\n")}\n  }\n}\n`;
};

test("the sample's settings become a valid config with one customer", () => {
  const { document, leftOut } = fromLocalSettings(filled(), acme);

  expect(document).toEqual({
    cloud: "public",
    provider: { tenantId: providerTenant, clientId: client, credential: { kind: "secret", secretEnv: "ClientSecret" } },
    customers: {
      acme: {
        tenantId: customerTenant.toLowerCase(),
        namespace: "acme-bus.servicebus.windows.net",
        commandQueue: "deployment-commands",
        statusQueue: "deployment-statuses",
      },
    },
  });
  expect(leftOut).toEqual([]);
  expect(parseConfig(document, "/srv/xtenant.json")).toMatchObject({ provider: { clientId: client } });
});

test("the secret is in neither the config nor a failure", () => {
  expect(JSON.stringify(fromLocalSettings(filled(), acme))).not.toContain("s3cret");
  expect(String(thrown(filled({ ClientId: "s" })))).not.toContain("s3cret");
});

test.each([
  ["sb://acme-bus.servicebus.windows.net/", "acme-bus.servicebus.windows.net", "public"],
  ["https://Acme-Bus.servicebus.windows.net:443/", "acme-bus.servicebus.windows.net", "public"],
  ["acme-bus", "acme-bus.servicebus.windows.net", "public"],
  ["acme-bus.servicebus.usgovcloudapi.net", "acme-bus.servicebus.usgovcloudapi.net", "usgovernment"],
])("the namespace may be written as %s", (written, namespace, cloud) => {
  expect(fromLocalSettings(filled({ ServiceBusNamespace: written }), acme).document).toMatchObject({
    cloud,
    customers: { acme: { namespace } },
  });
});

test("without a secret the config names no credential: the managed identity is the better one", () => {
  expect(fromLocalSettings(filled({ ClientSecret: undefined }), acme).document.provider).not.toHaveProperty(
    "credential",
  );
});

test("everything that is missing, a placeholder or wrong is named at once", () => {
  const failure = thrown(
    filled({
      ClientId: "x",
      ServiceBusNamespace: "<PLACEHOLDER>",
      CustomerTenantId: undefined,
      DeploymentStatusQueueName: "a b",
    }),
  );

  expect(failure).toMatchObject({ kind: "usage", code: "LocalSettingsIncomplete" });
  for (const name of ["ClientId", "ServiceBusNamespace", "CustomerTenantId", "DeploymentStatusQueueName"])
    expect(failure.message).toContain(`\n  ${name}: expected`);
});

test("settings of one's own are named, not lost in silence", () => {
  expect(fromLocalSettings(filled({ PollEverySeconds: "10" }), acme).leftOut).toEqual(["PollEverySeconds"]);
});

test("the customer's settings are recognized", () => {
  const text = JSON.stringify({
    Values: { ServiceBusConnection__fullyQualifiedNamespace: "acme-bus.servicebus.windows.net" },
  });

  expect(thrown(text).code).toBe("LocalSettingsOfCustomer");
});

test.each([
  ['{"IsEncrypted": true, "Values": {}}', /encrypted/],
  ["[]", /not a local.settings.json/],
  ["{", /not JSON/],
])("%s is refused with its reason", (text, reason) => {
  expect(thrown(text).message).toMatch(reason);
});

function thrown(text: string): Failure {
  try {
    fromLocalSettings(text, acme);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
