import { quoteForShell } from "../../domain/shell-word.ts";
import type { AccessRequest } from "./access-request.ts";
import { assignmentNames, pinVariables } from "./script-parts.ts";

/** Role Based Access Control Administrator (Azure built-in roles). */
const roleId = "f58310d9-a9f6-439a-9e8d-f62e7b41a168";

/**
 * A bash script with which an Owner lets one colleague run `xtenant grant --role least-privilege`, and no other role assignment.
 * A condition limits the colleague's role to these roles for this app (Azure RBAC, delegate role assignments).
 */
export const delegationScript = (request: AccessRequest): string => `#!/usr/bin/env bash
# Lets one person or group of ${request.customer}'s give the app ${request.clientId} these roles in the namespace ${request.namespace},
# and take them away, but no other role, and to nobody else: ${request.assignments.map(({ roleName }) => roleName).join(", ")}.
# Review it, then run it as an Owner or User Access Administrator: bash <this file> <object id of the person or group>
# The tenant must have consented to the app before. It may be repeated. It holds no secret.
${pinVariables(request)}
delegate=\${1:?object id of the person or group}
actual=$(az ad sp show --id "$app" --query appOwnerOrganizationId --output tsv)
if [ "$actual" != "$owner" ]; then
  echo "the tenant has not consented to the app yet, or does not belong to tenant $owner: nothing was delegated" >&2
  exit 1
fi
principal=$(az ad sp show --id "$app" --query id --output tsv)

${assignmentNames}
roles=${quoteForShell(request.assignments.map((one) => one.roleId).join(", "))}
about=Microsoft.Authorization/roleAssignments
only() { # verb, where its roles and principals are named
  echo "((!(ActionMatches{'$about/$1'})) OR ($2[$about:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {$roles} AND $2[$about:PrincipalId] ForAnyOfAnyValues:GuidEquals {$principal}))"
}
condition="$(only write @Request) AND $(only delete @Resource)"

put_assignment "$namespace" "$delegate" ${roleId} 'Role Based Access Control Administrator, with its condition,' '{"properties":{"roleDefinitionId":"'"$subscription/providers/Microsoft.Authorization/roleDefinitions/${roleId}"'","principalId":"'"$delegate"'","condition":"'"$condition"'","conditionVersion":"2.0"}}'
echo "done: $delegate may run: xtenant grant ${request.customer} --role least-privilege"
`;
