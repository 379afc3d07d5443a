import { queuePath } from "../../domain/role-access.ts";
import { quoteForShell } from "../../domain/shell-word.ts";
import type { AccessRequest } from "./access-request.ts";
import { assignmentNames, pinVariables } from "./script-parts.ts";

/** A bash script for the Azure CLI. It uses the cloud that the CLI is signed in to. */
export const azScript = (request: AccessRequest): string => `#!/usr/bin/env bash
# Adds the app ${request.clientId} of tenant ${request.providerTenantId} to the tenant of ${request.customer},
# and gives it: ${request.assignments.map(({ roleName, queue }) => `${roleName} on queue ${queue}`).join("; ")}.
# Review it, then run it as an administrator of the tenant. It may be repeated. It holds no secret.
${pinVariables(request)}${creations(request)}
principal=$(az ad sp list --filter "appId eq '$app'" --query '[0].id' --output tsv)
if [ -z "$principal" ]; then
  principal=$(az ad sp create --id "$app" --query id --output tsv)
  echo "created service principal $principal"
fi
# The directory may not show a new service principal at once.
for _ in {1..12}; do
  if actual=$(az ad sp show --id "$app" --query appOwnerOrganizationId --output tsv 2>/dev/null); then break; fi
  sleep 5
done
if [ -z "\${actual:-}" ]; then
  echo "the directory does not show the app yet: run this again in some minutes" >&2
  exit 1
fi
if [ "$actual" != "$owner" ]; then
  echo "the app does not belong to tenant $owner: nothing was granted" >&2
  exit 1
fi

${assignmentNames}
assign() { # scope, role id, role name
  put_assignment "$1" "$principal" "$2" "$3" '{"properties":{"roleDefinitionId":"'"$subscription/providers/Microsoft.Authorization/roleDefinitions/$2"'","principalId":"'"$principal"'","principalType":"ServicePrincipal"}}'
}

check() { # scope, role id, role name
  local found
  found=$(az rest --method get --url "$(assignments "$1")?api-version=2022-04-01&\\$filter=principalId%20eq%20'$principal'" \\
    --query "length(value[?ends_with(properties.roleDefinitionId, '$2')])" --output tsv)
  if [ "$found" = 0 ]; then
    echo "$3 is missing at $1" >&2
    exit 1
  fi
}

${request.assignments.map((assignment) => `assign ${place(assignment)}`).join("\n")}

${request.assignments.map((assignment) => `check ${place(assignment)}`).join("\n")}
echo "done: the app is service principal $principal; its roles take effect within 10 minutes"
`;

const place = ({ queue, roleId, roleName }: AccessRequest["assignments"][number]) =>
  `"$namespace/queues/"${quoteForShell(queuePath(queue))} ${quoteForShell(roleId)} ${quoteForShell(roleName)}`;

/** Existing resources are not changed. Creating a namespace takes some minutes, and its queues come after that. */
function creations({ creates, assignments }: AccessRequest): string {
  if (creates === "nothing") return "";
  const namespace = `location=$(az rest --method get --url "$group?api-version=2021-04-01" --query location --output tsv)
make "$namespace" '{"location":"'"$location"'","sku":{"name":"Standard","tier":"Standard"},"properties":{"disableLocalAuth":true,"minimumTlsVersion":"1.2"}}'
for _ in {1..120}; do
  state=$(az rest --method get --url "$namespace?api-version=2021-11-01" --query properties.provisioningState --output tsv)
  if [ "$state" = Succeeded ]; then break; fi
  sleep 5
done
if [ "$state" != Succeeded ]; then
  echo "the namespace is not ready: $state; run this again later" >&2
  exit 1
fi
`;
  return `
make() { # id, body
  if az rest --method get --url "$1?api-version=2021-11-01" --output none 2>/dev/null; then
    echo "existing $1"
  else
    az rest --method put --url "$1?api-version=2021-11-01" --body "$2" --output none
    echo "created $1"
  fi
}

${creates === "namespace" ? namespace : ""}${assignments
  .map(
    ({ queue }) =>
      `make "$namespace/queues/"${quoteForShell(queuePath(queue))} '{"properties":{"requiresDuplicateDetection":true}}'`,
  )
  .join("\n")}
`;
}
