import { describe, expect, test } from "vitest";
import { isAudienceOf } from "../../../../src/lib/azure/tokens/token-audience.ts";
import { azureClouds } from "../../../../src/lib/domain/cloud-endpoints.ts";

const serviceBus = "https://servicebus.azure.net/";
const ids = {
  serviceBus: "80a10ef9-8168-493d-abf9-3297c4ef6e3c",
  graph: "00000003-0000-0000-c000-000000000000",
  resourceManager: "797f4846-ba00-4fd7-ba43-dac1f8f63013",
  keyVault: "cfa8b339-82a2-471a-a3c9-0fc0be7a4093",
};

describe.each(Object.values(azureClouds))("in the cloud $name", ({ graphEndpoint, armEndpoint }) => {
  const requests = [
    ["Service Bus", serviceBus, ids.serviceBus],
    ["Graph", graphEndpoint, ids.graph],
    ["Resource Manager", armEndpoint, ids.resourceManager],
  ] as const;

  test.each(requests)("a token for %s is accepted by the service's address and by its id", (_, requested, id) => {
    expect(isAudienceOf(requested, requested)).toBe(true);
    expect(isAudienceOf(requested, `${requested.replace(/\/$/, "")}/`)).toBe(true);
    expect(isAudienceOf(requested, id)).toBe(true);
    expect(isAudienceOf(requested, id.toUpperCase())).toBe(true);
  });

  test.each(requests)("a token for %s is refused when it has the id of another service", (_, requested, own) => {
    for (const id of Object.values(ids).filter((other) => other !== own))
      expect(isAudienceOf(requested, id)).toBe(false);
  });
});

test.each([
  ["public", "https://management.azure.com", "https://management.core.windows.net/"],
  ["usgovernment", "https://management.usgovcloudapi.net", "https://management.core.usgovcloudapi.net/"],
  ["china", "https://management.chinacloudapi.cn", "https://management.core.chinacloudapi.cn/"],
])("Resource Manager's second address is accepted in its own cloud only: %s", (_, requested, second) => {
  expect(isAudienceOf(requested, second)).toBe(true);
  for (const other of ["https://management.azure.com", "https://management.usgovcloudapi.net", serviceBus])
    if (other !== requested) expect(isAudienceOf(other, second)).toBe(false);
});

test.each([
  ["Key Vault's address", "https://vault.azure.net"],
  ["Graph's address in another cloud", "https://graph.microsoft.us"],
  ["Resource Manager's address", "https://management.azure.com"],
  ["a list of addresses", [serviceBus]],
  ["nothing", ""],
])("a token for Service Bus is refused when its audience is %s", (_, audience) => {
  expect(isAudienceOf(serviceBus, audience)).toBe(false);
});

test("a service of the sandbox has an address and no id", () => {
  expect(isAudienceOf("https://localhost:5671/graph", "https://localhost:5671/graph")).toBe(true);
  expect(isAudienceOf("https://localhost:5671/graph", ids.graph)).toBe(false);
});
