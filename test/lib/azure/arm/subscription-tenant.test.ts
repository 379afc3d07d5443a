import { expect, test } from "vitest";
import { refuseOtherTenant } from "../../../../src/lib/azure/arm/subscription-tenant.ts";
import { parseGuid } from "../../../../src/lib/domain/customer.ts";
import { ids } from "../../../fakes/config-document.ts";

const place = { customer: "acme", tenant: ids.acme, namespace: "acme-messages.servicebus.windows.net" };
const check = (found: unknown) => () => refuseOtherTenant(found, parseGuid(ids.subscription), place);

test("a subscription that another tenant delegates to this one is refused with the names of both tenants", () => {
  expect(check({ tenantId: ids.fabrikam, managedByTenants: [{ tenantId: ids.acme }] })).toThrow(
    expect.objectContaining({
      kind: "auth",
      code: "SubscriptionOfOtherTenant",
      message: expect.stringMatching(`${ids.fabrikam}, not to acme's ${ids.acme}: nothing was changed`),
      params: { customer: "acme", tenant: ids.acme },
    }),
  );
});

test.each([null, {}, "text", { tenantId: 7 }])("an answer that names no tenant is refused: %o", (found) => {
  expect(check(found)).toThrow(expect.objectContaining({ code: "SubscriptionOfOtherTenant" }));
});

test("a subscription of the tenant is accepted, in upper or lower case, and so is one that may not be read", () => {
  expect(check({ tenantId: ids.acme.toUpperCase() })).not.toThrow();
  expect(check(undefined)).not.toThrow();
});
