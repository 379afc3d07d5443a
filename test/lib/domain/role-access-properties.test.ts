import fc from "fast-check";
import { expect, test } from "vitest";
import { parseGuid } from "../../../src/lib/domain/customer.ts";
import {
  type Assignment,
  excessOf,
  grantScopes,
  isSameAssignment,
  missingOf,
  roles,
  wantedAssignments,
} from "../../../src/lib/domain/role-access.ts";
import { acme, ids } from "../../fakes/config-document.ts";

const principal = parseGuid(ids.principal);
const queue = fc.constantFrom("commands", "statuses", "a/b", "orders.eu");
const breadth = fc.record(
  { role: fc.constantFrom("least-privilege" as const, "data-owner" as const), scope: fc.constantFrom(...grantScopes) },
  { requiredKeys: [] },
);
const wanted = fc
  .record({ commandQueue: queue, statusQueue: queue, breadth })
  .map(({ breadth: how, ...queues }) => wantedAssignments(acme(queues), principal, how));
const strange: fc.Arbitrary<Assignment> = fc.record({
  id: fc.uuid().map((id) => `/providers/Microsoft.Authorization/roleAssignments/${id}`),
  scope: fc.constantFrom("/subscriptions/other", "/subscriptions/other/resourceGroups/x"),
  roleId: fc.constantFrom(...Object.values(roles).map(({ id }) => id as string), ids.app),
});
const held = ({ role, scope, name }: ReturnType<typeof wantedAssignments>[number]): Assignment => ({
  id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
  // Resource Manager gives scopes in whatever case they were first written in.
  scope: scope.toUpperCase(),
  roleId: roles[role].id,
});

test("once everything wanted is held, nothing is missing and nothing is in excess, in whatever case scopes are written", () => {
  fc.assert(
    fc.property(wanted, (all) => {
      expect(missingOf(all.map(held), all)).toEqual([]);
      expect(excessOf(all.map(held), all)).toEqual([]);
    }),
  );
});

test("what is held elsewhere is in excess and never stands for what is wanted", () => {
  fc.assert(
    fc.property(wanted, fc.array(strange, { maxLength: 5 }), (all, others) => {
      expect(missingOf(others, all)).toHaveLength(all.length);
      expect(excessOf([...all.map(held), ...others], all)).toHaveLength(others.length);
    }),
  );
});

test("granting what is missing is enough, and asking again grants nothing", () => {
  fc.assert(
    fc.property(wanted, fc.nat(), (all, some) => {
      const before = all.slice(0, some % (all.length + 1)).map(held);
      const granted = all.filter((one) => !before.some((other) => isSameAssignment(other, one))).map(held);
      expect(missingOf([...before, ...granted], all)).toEqual([]);
    }),
  );
});

test("an assignment's name is a GUID of its own for each role and scope, and always the same", () => {
  fc.assert(
    fc.property(wanted, (all) => {
      const names = all.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      for (const name of names) expect(name).toMatch(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
    }),
  );
});

test("the least privilege never contains the owner's role", () => {
  fc.assert(
    fc.property(queue, queue, (commandQueue, statusQueue) => {
      const all = wantedAssignments(acme({ commandQueue, statusQueue }), principal, { role: "least-privilege" });
      expect(all.map(({ role }) => role)).not.toContain("owner");
    }),
  );
});
