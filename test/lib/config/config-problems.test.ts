import { describe, expect, test } from "vitest";
import { parseConfig } from "../../../src/lib/config/config.ts";
import { configDocument, ids, sandboxCloud, withValue } from "../../fakes/config-document.ts";

const problems = (document: unknown) => {
  const result = parseConfig(document, "/etc/contoso/xtenant.json");
  return "provider" in result ? [] : result;
};

const withSandbox = { cloud: sandboxCloud, provider: configDocument().provider };

test("the base config of the tables below is valid", () => {
  expect(problems(configDocument())).toEqual([]);
  expect(problems(withSandbox)).toEqual([]);
});

test.each([
  ["surprise"],
  ["provider.surprise"],
  ["provider.credential.surprise"],
  ["customers.acme.surprise"],
  ["customers.acme.administrator.surprise"],
])("an unknown key is named: %s", (path) => {
  const document = withValue(configDocument(), "customers.acme.administrator", { kind: "azure-cli" });

  expect(problems(withValue(document, path, 1))).toEqual([
    { path, expected: "unknown key; remove it or check its spelling" },
  ]);
});

test("an unknown key of a custom cloud is named", () => {
  expect(problems(withValue(withSandbox, "cloud.surprise", 1))).toEqual([
    { path: "cloud.surprise", expected: "unknown key; remove it or check its spelling" },
  ]);
});

describe("a wrong value is reported with its path and the expected value", () => {
  test.each([
    ["provider.tenantId", "contoso.onmicrosoft.com", "expected a GUID"],
    ["provider.clientId", 7, "expected a string, found a number"],
    ["provider.consentRedirectUri", "https://contoso.example/?x", "expected an address such as"],
    ["provider.credential.managedIdentityClientId", "x", "expected a GUID"],
    ["customers.acme.tenantId", undefined, "is missing"],
    ["customers.acme.subscriptionId", "x", "expected a GUID"],
    ["customers.acme.resourceGroup", "", "expected"],
    ["customers.acme.namespace", "acme-messages.servicebus.chinacloudapi.cn", "of this cloud: .*windows\\.net$"],
    ["customers.acme.namespace", "https://acme-messages.servicebus.windows.net", "of this cloud"],
    ["customers.acme.commandQueue", "two words", "expected a queue name"],
    ["customers.acme.commandQueue", "emea//commands", "expected a queue name"],
    ["customers.acme.statusQueue", "", "expected a queue name"],
    ["customers.acme.tags.region", 7, "expected a string, found a number"],
    ["customers", [], "expected an object, found an array"],
    ["cloud", "publik", "expected one of"],
    ["cloud", 7, "expected"],
  ])("%s: %j", (path, value, expected) => {
    expect(problems(withValue(configDocument(), path, value))).toEqual([
      { path, expected: expect.stringMatching(expected) },
    ]);
  });

  test.each([
    ["soon", "expected a duration such as 30s or 5m"],
    ["25d", "expected at most 24 days."],
  ])("the timeout of a saved command: %j", (timeout, expected) => {
    const commands = { restart: { body: "restart", timeout } };

    expect(problems({ ...configDocument(), commands })).toEqual([{ path: "commands.restart.timeout", expected }]);
  });

  test.each([[null], [[]], ["text"], [7]])("%j is no config at all", (document) => {
    expect(problems(document)).toEqual([
      { path: "(top level)", expected: expect.stringContaining("expected an object") },
    ]);
  });

  test.each(["Acme", "acme corp", "../acme", ""])("%j is not a valid customer name", (name) => {
    const { provider, customers } = configDocument();

    expect(problems({ provider, customers: { [name]: customers.acme } })).toEqual([
      { path: `customers.${name}`, expected: expect.stringContaining("expected a customer's name") },
    ]);
  });

  test("every problem is reported, not only the first", () => {
    const twice = withValue(withValue(configDocument(), "provider.tenantId", "x"), "customers.fabrikam.tenantId", "x");

    expect(problems(twice).map(({ path }) => path)).toEqual(["provider.tenantId", "customers.fabrikam.tenantId"]);
  });
});

describe("a custom cloud", () => {
  test.each([
    ["cloud.authorityHost", "https://login.microsoftonline.com", "loopback"],
    ["cloud.authorityHost", "http://localhost:8443", "loopback"],
    ["cloud.graphEndpoint", "https://localhost.evil.example", "loopback"],
    ["cloud.graphEndpoint", "https://localhost@evil.example", "loopback"],
    ["cloud.armEndpoint", "https://127.0.0.1.evil.example", "loopback"],
    ["cloud.armEndpoint", "https://localhost:8443/?x=https://evil.example", "loopback"],
    ["cloud.serviceBusEndpoint", "sb://evil.example", "loopback"],
    ["cloud.managedIdentityEndpoint", "http://169.254.169.254", "loopback"],
    ["cloud.serviceBusSuffix", "servicebus.windows.net", "ends with .localhost"],
    ["cloud.name", "public", "a name of its own"],
    ["cloud.name", "usgovernment", "a name of its own"],
    ["cloud.name", "china", "a name of its own"],
    ["cloud.caFile", undefined, "is missing"],
  ])("is refused with %s = %j", (path, value, expected) => {
    expect(problems(withValue(withSandbox, path, value))).toEqual([
      { path, expected: expect.stringContaining(expected) },
    ]);
  });
});

test("ids are checked before they are used as keys", () => {
  expect(problems(withValue(configDocument(), "customers.acme.tenantId", `${ids.acme}/../x`))).toEqual([
    { path: "customers.acme.tenantId", expected: "expected a GUID" },
  ]);
});
