import { z } from "zod";
import { isReplicated } from "../directory.ts";
import type { Scenario } from "../faults/scenario.ts";
import type { RoleAssignment, Tenant } from "../model.ts";
import { ArmError } from "./arm-error.ts";
import { BadCondition, parseCondition } from "./condition.ts";
import { findRoleDefinition } from "./role-definitions.ts";

/** Body of a request for a role assignment. */
export const newAssignment = z.object({
  properties: z.object({
    roleDefinitionId: z.string(),
    principalId: z.guid().toLowerCase(),
    principalType: z.string().optional(),
    description: z.string().nullish(),
    condition: z.string().nullish(),
    conditionVersion: z.string().nullish(),
  }),
});

type Properties = z.output<typeof newAssignment>["properties"];

/** What a request asks for: its name and where it applies, when it was made, and what the scenario says of assignments. */
export type Asked = Pick<RoleAssignment, "name" | "scope"> & {
  /** Object id of who asks. */
  readonly by: string;
  readonly now: Date;
  readonly scenario: Pick<Scenario, "roleDelay" | "roleAssignmentLimit">;
};

/** Since ever: a clock that a scenario sets back must not make a role ineffective again. */
const always = new Date(0);

/** The assignment that a request asks for; throws when Azure would not make it in this tenant. */
export function parseAssignment(tenant: Tenant, { name, scope, by, now, scenario }: Asked, properties: Properties) {
  const assignment: RoleAssignment = {
    name: assignmentName(name),
    scope,
    roleId: knownRole(properties.roleDefinitionId),
    principalId: properties.principalId,
    principalType: principalType(tenant, properties, now),
    description: properties.description ?? undefined,
    ...(properties.condition ? { condition: checkedCondition(properties.condition) } : {}),
    createdAt: now,
    updatedBy: by,
    effectiveAt: scenario.roleDelay ? new Date(now.getTime() + scenario.roleDelay) : always,
  };
  const existing = tenant.roleAssignments.get(assignment.name);
  if (existing !== undefined && isSame(existing, assignment)) return { ...assignment, ...timesOf(existing) };
  checkNew(tenant, assignment);
  if (assignmentsOf(tenant, scope) >= scenario.roleAssignmentLimit)
    throw new ArmError(
      400,
      "RoleAssignmentLimitExceeded",
      `No more role assignments can be created: the subscription may have ${scenario.roleAssignmentLimit}.`,
    );
  return assignment;
}

function checkedCondition(text: string): string {
  try {
    parseCondition(text);
    return text;
  } catch (error) {
    if (!(error instanceof BadCondition)) throw error;
    throw new ArmError(400, "InvalidCondition", `The condition is not understood by the sandbox at: ${error.message}`);
  }
}

/** How many the subscription of this scope has. */
function assignmentsOf({ roleAssignments }: Tenant, scope: string): number {
  const subscription = /^\/subscriptions\/[^/]+/.exec(scope)?.[0] ?? "";
  const inSubscription = (one: RoleAssignment) => `${one.scope}/`.startsWith(`${subscription}/`);
  return [...roleAssignments.values()].filter(inSubscription).length;
}

function assignmentName(name: string): string {
  if (z.guid().safeParse(name).success) return name;
  throw new ArmError(
    400,
    "InvalidRoleAssignmentId",
    `The role assignment ID '${name}' is not valid. The role assignment ID must be a GUID.`,
  );
}

/** The GUID at the end of a role definition's id. A GUID alone is no id (Azure/azure-cli#2458, pulumi/pulumi-azure-native#779). */
function knownRole(roleDefinitionId: string): string {
  const [, roleId] =
    /\/providers\/microsoft\.authorization\/roledefinitions\/([^/]+)$/.exec(roleDefinitionId.toLowerCase()) ?? [];
  if (roleId === undefined) throw new ArmError(400, "BadRequestFormat", "The request was incorrectly formatted.");
  if (!z.guid().safeParse(roleId).success)
    throw new ArmError(400, "InvalidRoleDefinitionId", `The role definition ID '${roleId}' is not valid.`);
  if (findRoleDefinition(roleId) !== undefined) return roleId;
  throw new ArmError(
    400,
    "RoleDefinitionDoesNotExist",
    `The specified role definition with ID '${roleId}' does not exist.`,
  );
}

/** What the principal is in the tenant's directory; throws when it is not there or is something else than was said. */
function principalType(tenant: Tenant, { principalId, principalType: said }: Properties, now: Date): string {
  const principal = tenant.servicePrincipals.get(principalId);
  const type = principal === undefined ? "User" : "ServicePrincipal";
  // A caller that names the principal's type saves Azure a lookup in a directory that may lag.
  const isUnknown = principal !== undefined && said === undefined && !isReplicated(principal, now);
  if (isUnknown || (type === "User" && !tenant.users.has(principalId)))
    throw new ArmError(
      400,
      "PrincipalNotFound",
      `Principal ${withoutHyphens(principalId)} does not exist in the directory ${tenant.id}. Check that you have the correct principal ID. A principal created a moment ago may not have been replicated yet.`,
    );
  if (said !== undefined && said.toLowerCase() !== type.toLowerCase())
    throw new ArmError(
      400,
      "UnmatchedPrincipalType",
      `The PrincipalId '${principalId}' has type '${type}', which is different from specified PrincipalType '${said}'.`,
    );
  return type;
}

type Subject = Pick<RoleAssignment, "scope" | "roleId" | "principalId">;

const isSame = (one: Subject, other: Subject) =>
  one.scope === other.scope && one.roleId === other.roleId && one.principalId === other.principalId;

/** A request for the same assignment under its name changes description and condition only: Bicep deploys again so. */
const timesOf = ({ createdAt, effectiveAt }: RoleAssignment) => ({ createdAt, effectiveAt });

/** How Resource Manager writes an id in its texts. */
const withoutHyphens = (id: string) => id.replaceAll("-", "");

/** The same role, principal and scope are assigned once, whatever the name; and a name is never given a new meaning. */
function checkNew({ roleAssignments }: Tenant, assignment: RoleAssignment): void {
  const existing = roleAssignments.values().find((other) => isSame(other, assignment));
  if (existing !== undefined)
    throw new ArmError(
      409,
      "RoleAssignmentExists",
      `The role assignment already exists. The ID of the existing role assignment is ${withoutHyphens(existing.name)}.`,
    );
  if (roleAssignments.has(assignment.name))
    throw new ArmError(
      400,
      "RoleAssignmentUpdateNotPermitted",
      "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
    );
}
