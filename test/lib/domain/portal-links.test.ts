import { expect, test } from "vitest";
import { azureClouds } from "../../../src/lib/domain/cloud-endpoints.ts";
import { parseCustomerName } from "../../../src/lib/domain/customer.ts";
import { portalLinks } from "../../../src/lib/domain/portal-links.ts";
import { configOf, threeCustomers } from "../../fakes/context.ts";

const acme = (change: object = {}) => {
  const { acme: entry } = threeCustomers.customers;
  const { customers } = configOf({ ...threeCustomers, customers: { acme: { ...entry, ...change } } });
  const customer = customers.get(parseCustomerName("acme"));
  if (customer === undefined) throw new Error("no acme");
  return customer;
};
const tenant = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";

test("links lead to the customer's tenant, to its namespace and to its queues", () => {
  const namespace = `https://portal.azure.com/#@${tenant}/resource/subscriptions/${tenant}/resourceGroups/a%20(b)/providers/Microsoft.ServiceBus/namespaces/acme-bus`;

  expect(portalLinks(azureClouds.public, { ...acme(), resourceGroup: "a (b)", commandQueue: "to/app" })).toEqual({
    enterpriseApps: `https://portal.azure.com/${tenant}/#view/Microsoft_AAD_IAM/StartboardApplicationsMenuBlade/~/AppAppsPreview`,
    namespace,
    commandQueue: `${namespace}/queues/to~app`,
    statusQueue: `${namespace}/queues/statuses`,
  });
});

test("without a subscription or resource group there is no link to a resource", () => {
  const { usgovernment } = azureClouds;

  for (const change of [{ subscriptionId: undefined }, { resourceGroup: undefined }])
    expect(portalLinks(usgovernment, { ...acme(), ...change })).toEqual({
      enterpriseApps: expect.stringMatching(/^https:\/\/portal\.azure\.us\/aaaaaaaa-/),
    });
});

test("the sandbox has no portal", () => {
  expect(portalLinks({}, acme())).toBeUndefined();
});
