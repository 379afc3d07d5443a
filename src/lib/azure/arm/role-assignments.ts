import type { TokenCredential } from "@azure/identity";
import type { CloudEndpoints } from "../../domain/cloud-endpoints.ts";
import type { Guid } from "../../domain/customer.ts";
import { type Assignment, roles, type WantedAssignment } from "../../domain/role-access.ts";
import type { RoleAssignments } from "../../ports/azure-services.ts";
import { callAzure } from "../call-policy.ts";
import type { ErrorContext } from "../error-mapping.ts";
import { answerLimits } from "../http/bounded-answer.ts";
import { readAnswer } from "../http/foreign-answer.ts";
import { createHttpGuard } from "../http/http-guard.ts";
import { requireTenant } from "./subscription-tenant.ts";

/** Role assignments of a subscription of the customer's tenant, through Azure Resource Manager. */
export async function openAccess(
  cloud: CloudEndpoints,
  { credential, subscriptionId }: { credential: TokenCredential; subscriptionId: Guid },
  context: ErrorContext,
  limits = answerLimits,
): Promise<RoleAssignments> {
  await requireTenant(cloud, { credential, subscriptionId }, context, limits);
  const { armEndpoint } = cloud;
  const guard = createHttpGuard("JSON", limits);
  const callArm = <T>(call: () => Promise<T>) => callAzure(context, () => guard.call(call));
  const { AuthorizationManagementClient } = await import("@azure/arm-authorization");
  const { roleAssignments } = new AuthorizationManagementClient(credential, subscriptionId, {
    endpoint: armEndpoint,
    httpClient: guard.httpClient,
    credentialScopes: [`${armEndpoint}/.default`],
  });
  const list = async (scope: string, principalId: Guid) => {
    const held: Assignment[] = [];
    for await (const { id, scope: at, roleDefinitionId } of roleAssignments.listForScope(withoutSlash(scope), {
      filter: `principalId eq '${principalId}'`,
      onResponse: ({ status, bodyAsText }) => {
        if (status === 200) readAnswer(armEndpoint, () => requireAssignments(JSON.parse(bodyAsText ?? "")));
      },
    }))
      if (id && at && isAtOrBelow(scope, at))
        held.push({ id, scope: at, roleId: roleDefinitionId?.split("/").at(-1)?.toLowerCase() ?? "" });
    return held;
  };
  const create = async ({ role, scope, principalId, name }: WantedAssignment): Promise<"created" | "existing"> => {
    let status: number | undefined;
    const assignment = {
      roleDefinitionId: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${roles[role].id}`,
      principalId,
      // Azure then does not look the principal up: a new one may not be replicated yet.
      principalType: "ServicePrincipal",
      description: "xtenant: the provider's app",
    };
    const onResponse = (response: { readonly status: number }) => {
      status = response.status;
    };
    try {
      await roleAssignments.create(withoutSlash(scope), name, assignment, { onResponse });
    } catch (error) {
      return existingWhenConflict(error);
    }
    // The same assignment under the same name is updated, and 201 is for a new one (Azure REST, Role Assignments - Create).
    return status === 200 ? "existing" : "created";
  };
  const remove = async ({ id }: Assignment) => {
    await roleAssignments.deleteById(withoutSlash(id));
  };
  return {
    list: (scope, principalId) => callArm(() => list(scope, principalId)),
    remove: (assignment) => callArm(() => remove(assignment)),
    assign: (wanted) => callArm(() => create(wanted)),
  };
}

/** The client takes any other JSON for an empty list: the roles would seem to be missing. */
function requireAssignments({ value }: { readonly value: readonly { id: unknown; properties: { scope: unknown } }[] }) {
  for (const { id, properties } of value)
    if (typeof id !== "string" || typeof properties.scope !== "string") throw new TypeError("not a role assignment");
}

/** Resource Manager ignores the case of scopes. */
const isAtOrBelow = (scope: string, at: string) => `${at}/`.toLowerCase().startsWith(`${scope}/`.toLowerCase());

/** The client adds a slash between endpoint and scope. */
const withoutSlash = (scope: string) => scope.replace(/^\//, "");

/** The same role, principal and scope under any name (ARM error code RoleAssignmentExists, 409). */
function existingWhenConflict(error: unknown): "existing" {
  if ((error as { code?: unknown }).code !== "RoleAssignmentExists") throw error;
  return "existing";
}
