import { describe, expect, test } from "vitest";
import { findRoleDefinition } from "../../../sandbox/src/arm/role-definitions.ts";
import { parseGuid } from "../../../src/lib/domain/customer.ts";
import { assignmentName, namespaceResourceId, roles, wantedAssignments } from "../../../src/lib/domain/role-access.ts";
import { acme, ids } from "../../fakes/config-document.ts";

const principal = parseGuid(ids.principal);
const namespace = `/subscriptions/${ids.subscription}/resourceGroups/messaging/providers/Microsoft.ServiceBus/namespaces/acme-messages`;

test("the provider's app gets the data owner role of the namespace", () => {
  expect(wantedAssignments(acme(), principal, { role: "data-owner" })).toEqual([
    { role: "owner", scope: namespace, principalId: principal, name: "4328bcee-e6ab-5ae8-8c4f-a6d502812671" },
  ]);
});

test("with least privilege it may send to one queue and receive from the other, and no more", () => {
  expect(wantedAssignments(acme(), principal, { role: "least-privilege" })).toEqual([
    {
      role: "sender",
      scope: `${namespace}/queues/commands`,
      principalId: principal,
      name: "bab97e74-298f-562c-bc9b-334c531b3188",
    },
    {
      role: "receiver",
      scope: `${namespace}/queues/statuses`,
      principalId: principal,
      name: "12492e17-b1c4-56d6-9a04-52778d308755",
    },
  ]);
});

test.each(["subscriptionId", "resourceGroup"] as const)(
  "without %s nothing can be granted, and both keys are named",
  (key) => {
    const { [key]: _, ...rest } = acme();

    expect(() => namespaceResourceId(rest)).toThrow(
      expect.objectContaining({
        kind: "usage",
        code: "ConfigIncomplete",
        params: { customer: "acme" },
      }),
    );
  },
);

test.each(["owner", "sender", "receiver"] as const)("the role %s is the built-in one of that name", (role) => {
  expect(findRoleDefinition(roles[role].id)?.name).toBe(roles[role].name);
});

describe("an assignment's name", () => {
  const name = assignmentName(namespace, principal, roles.owner.id);

  test("is a UUID of version 5 (RFC 9562 §5.5)", () => {
    expect(name).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test("is the same for the same scope, in whatever case Resource Manager returns it", () => {
    expect(assignmentName(namespace.toUpperCase(), principal, roles.owner.id)).toBe(name);
  });

  test.each([
    ["scope", assignmentName(`${namespace}/queues/commands`, principal, roles.owner.id)],
    ["principal", assignmentName(namespace, parseGuid(ids.app), roles.owner.id)],
    ["role", assignmentName(namespace, principal, roles.sender.id)],
  ])("differs with the %s", (_, other) => {
    expect(other).not.toBe(name);
  });
});

test("the resource id has the namespace's own name where the host is an alias for geo-recovery", () => {
  const customer = acme({ namespaceName: "acme-west" });

  expect(namespaceResourceId(customer)).toMatch(/\/namespaces\/acme-west$/);
  expect(wantedAssignments(customer, parseGuid(ids.principal))[0]?.scope).toMatch(
    /\/namespaces\/acme-west\/queues\/commands$/,
  );
  expect(namespaceResourceId(acme())).toMatch(/\/namespaces\/acme-messages$/);
});
