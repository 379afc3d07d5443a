import { uuidNamespaceHex } from "../../domain/role-access.ts";
import type { AccessRequest } from "./access-request.ts";

/** The beginning of a script for one tenant. The script stops unless the Azure CLI is signed in to that tenant. */
export const pinVariables = (request: AccessRequest): string => `set -euo pipefail

tenant=${quoteForShell(request.tenantId)}
app=${quoteForShell(request.clientId)}
owner=${quoteForShell(request.providerTenantId)}
subscription=${quoteForShell(`/subscriptions/${request.subscriptionId}`)}
group=$subscription${quoteForShell(`/resourceGroups/${request.resourceGroup}`)}
namespace=$group${quoteForShell(`/providers/Microsoft.ServiceBus/namespaces/${request.namespace}`)}

if [ "$(az account show --query tenantId --output tsv)" != "$tenant" ]; then
  echo "sign in to the right tenant first: az login --tenant $tenant" >&2
  exit 1
fi
`;

/**
 * Names of role assignments, always the same for the same scope, principal and role. `xtenant grant` uses the same names, so that
 * repeating either creates no duplicate. They are UUIDs of version 5, computed with sha1sum.
 */
export const assignmentNames = `# The same name for the same scope, principal and role, so that repeating finds what the first run made.
assignment_name() {
  local hash variant
  hash=$({ printf '${uuidNamespaceHex.replace(/../g, "\\x$&")}'; printf '%s' "$(tr '[:upper:]' '[:lower:]' <<<"$1")|$2|$3" | tr -d '\\n'; } | sha1sum)
  variant=$(printf '%x' $(((16#\${hash:16:1} & 3) | 8)))
  echo "\${hash:0:8}-\${hash:8:4}-5\${hash:13:3}-$variant\${hash:17:3}-\${hash:20:12}"
}

assignments() { # scope
  echo "$1/providers/Microsoft.Authorization/roleAssignments"
}

# Through Resource Manager itself: some releases of az cannot create a role assignment. It counts an existing one as made.
put_assignment() { # scope, principal, role id, what, body
  local answer
  if answer=$(az rest --method put --url "$(assignments "$1")/$(assignment_name "$1" "$2" "$3")?api-version=2022-04-01" --body "$5" --output none 2>&1); then
    echo "assigned $4 at $1"
  elif [[ $answer == *RoleAssignmentExists* ]]; then
    echo "existing $4 at $1"
  else
    echo "$answer" >&2
    exit 1
  fi
}
`;

/** Quotes any text as one word for a shell. */
export const quoteForShell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
