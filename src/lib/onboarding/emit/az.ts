import { uuidNamespaceHex } from "../../tenancy/access.ts";
import type { AccessRequest } from "./request.ts";

/**
 * A bash script for the Azure CLI. Role assignments go through `az rest`, because their names must be those that `xtenant
 * grant` gives them: repeating either makes nothing twice. Names are UUIDs of version 5, made here with sha1sum.
 */
export const azScript = (request: AccessRequest): string => `#!/usr/bin/env bash
# Admits the app ${request.clientId} of tenant ${request.providerTenantId} to the tenant of ${request.customer},
# and gives it: ${request.assignments.map(({ roleName, queue }) => `${roleName} on queue ${queue}`).join("; ")}.
# Review it, then run it as an administrator of the tenant. It may be repeated. It holds no secret.
set -euo pipefail

tenant=${quoted(request.tenantId)}
app=${quoted(request.clientId)}
owner=${quoted(request.providerTenantId)}
subscription=${quoted(`/subscriptions/${request.subscriptionId}`)}
namespace=$subscription${quoted(`/resourceGroups/${request.resourceGroup}/providers/Microsoft.ServiceBus/namespaces/${request.namespace}`)}

if [ "$(az account show --query tenantId --output tsv)" != "$tenant" ]; then
  echo "sign in to the right tenant first: az login --tenant $tenant" >&2
  exit 1
fi

principal=$(az ad sp list --filter "appId eq '$app'" --query '[0].id' --output tsv)
if [ -z "$principal" ]; then
  principal=$(az ad sp create --id "$app" --query id --output tsv)
  echo "created service principal $principal"
fi
if [ "$(az ad sp show --id "$app" --query appOwnerOrganizationId --output tsv)" != "$owner" ]; then
  echo "the app does not belong to tenant $owner: nothing was granted" >&2
  exit 1
fi

# The same name for the same scope, principal and role, so that repeating finds what the first run made.
assignment_name() {
  local hash variant
  hash=$({ printf '${escapedHex(uuidNamespaceHex)}'; printf '%s' "$(tr '[:upper:]' '[:lower:]' <<<"$1")|$2|$3" | tr -d '\\n'; } | sha1sum)
  variant=$(printf '%x' $(((16#\${hash:16:1} & 3) | 8)))
  echo "\${hash:0:8}-\${hash:8:4}-5\${hash:13:3}-$variant\${hash:17:3}-\${hash:20:12}"
}

assignments() { # scope
  echo "https://management.azure.com$1/providers/Microsoft.Authorization/roleAssignments"
}

assign() { # scope, role id, role name
  local body answer
  body='{"properties":{"roleDefinitionId":"'"$subscription/providers/Microsoft.Authorization/roleDefinitions/$2"'","principalId":"'"$principal"'","principalType":"ServicePrincipal"}}'
  if answer=$(az rest --method put --url "$(assignments "$1")/$(assignment_name "$1" "$principal" "$2")?api-version=2022-04-01" --body "$body" --output none 2>&1); then
    echo "assigned $3 at $1"
  elif [[ $answer == *RoleAssignmentExists* ]]; then
    echo "existing $3 at $1"
  else
    echo "$answer" >&2
    exit 1
  fi
}

check() { # scope, role id, role name
  local found
  found=$(az rest --method get --url "$(assignments "$1")?api-version=2022-04-01&\\$filter=principalId%20eq%20'$principal'" \
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
  `"$namespace/queues/${queue.replaceAll("/", "~")}" ${quoted(roleId)} ${quoted(roleName)}`;

/** One word for a shell, whatever is in it. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

const escapedHex = (hex: string) => hex.replace(/../g, "\\x$&");
