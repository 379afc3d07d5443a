import { expect, test } from "vitest";
import { type Attempt, BadCondition, parseCondition } from "../../src/arm/condition.ts";

const id = (start: string) => `${start}-1111-4111-8111-111111111111`;
const [sender, receiver, owner] = [id("69a216fc"), id("4f6d3b9b"), id("090c5cfd")];
const [app, other] = [id("11111111"), id("22222222")];
const about = "Microsoft.Authorization/roleAssignments";

const only = (verb: string, from: string) =>
  `((!(ActionMatches{'${about}/${verb}'})) OR (${from}[${about}:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${sender}, ${receiver}} AND ${from}[${about}:PrincipalId] ForAnyOfAnyValues:GuidEquals {${app}}))`;
const documented = `${only("write", "@Request")}\nAND\n${only("delete", "@Resource")}`;

const attempt = (changes: Partial<Attempt> = {}): Attempt => ({
  action: `${about}/write`,
  roleId: sender,
  principalId: app,
  principalType: "ServicePrincipal",
  ...changes,
});

test.each([
  ["one of its roles to its principal", {}, true],
  ["its other role", { roleId: receiver }, true],
  ["another role", { roleId: owner }, false],
  ["another principal", { principalId: other }, false],
  ["the removal of another role", { action: `${about}/delete`, roleId: owner }, false],
  ["what it says nothing of", { action: "Microsoft.Authorization/roleAssignments/read", roleId: owner }, true],
])("the documented condition on %s", (_, changes, allowed) => {
  expect(parseCondition(documented)(attempt(changes))).toBe(allowed);
});

test("AND binds closer than OR, and types of principals compare without case", () => {
  const [no, yes] = [
    "ActionMatches{'x'}",
    `@Request[${about}:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {'serviceprincipal'}`,
  ];

  expect(parseCondition(`${yes} OR ${yes} AND ${no}`)(attempt())).toBe(true);
  expect(parseCondition(`(${yes} OR ${yes}) AND ${no}`)(attempt())).toBe(false);
});

test.each([
  "",
  "(",
  "ActionMatches{'x'} AND",
  "ActionMatches{'x'} ActionMatches{'x'}",
  "@Request[a:b] Equals {x}",
  "()",
  "TRUE",
])("what is not understood is refused and never taken for a yes: '%s'", (text) => {
  expect(() => parseCondition(text)).toThrow(BadCondition);
});
