import { uuidNamespaceHex } from "../../domain/role-access.ts";
import { quoteForShell } from "../../domain/shell-word.ts";
import type { AccessRequest } from "./access-request.ts";

/** The beginning of a script for one tenant. The script stops unless the Azure CLI is signed in to that tenant. */
export const pinVariables = (request: AccessRequest): string => `set -euo pipefail

tenant=${quoteForShell(request.tenantId)}
app=${quoteForShell(request.clientId)}
owner=${quoteForShell(request.providerTenantId)}
subscription=${quoteForShell(`/subscriptions/${request.subscriptionId}`)}
group=$subscription${quoteForShell(`/resourceGroups/${request.resourceGroup}`)}
namespace=$group${quoteForShell(`/providers/Microsoft.ServiceBus/namespaces/${request.namespace}`)}

# Git Bash on Windows: ids that begin with a slash are no paths, and lines end without a carriage return.
export MSYS_NO_PATHCONV=1 MSYS2_ARG_CONV_EXCL='*'
az() {
  command az "$@" | tr -d '\\r'
}

signed_in=$(az account show --query tenantId --output tsv)
if [ "$signed_in" != "$tenant" ]; then
  echo "sign in to the right tenant first: az login --tenant $tenant" >&2
  exit 1
fi
`;

/**
 * Names of role assignments, always the same for the same scope, principal and role. `xtenant grant` uses the same names, so that
 * repeating either creates no duplicate. They are UUIDs of version 5. macOS has shasum in place of sha1sum, and bash 3.2. A failure
 * inside `$( )` ends a script only where the assignment is a command of its own.
 */
export const assignmentNames = `# The same name for the same scope, principal and role, so that repeating finds what the first run made.
sha1() {
  if command -v sha1sum >/dev/null; then sha1sum; else shasum -a 1; fi
}

assignment_name() { # scope, principal, role id
  local hash variant
  hash=$({ printf '${uuidNamespaceHex.replace(/../g, "\\x$&")}'; printf '%s' "$(tr '[:upper:]' '[:lower:]' <<<"$1")|$2|$3" | tr -d '\\n'; } | sha1) || exit 1
  variant=$(printf '%x' $(((16#\${hash:16:1} & 3) | 8)))
  echo "\${hash:0:8}-\${hash:8:4}-5\${hash:13:3}-$variant\${hash:17:3}-\${hash:20:12}"
}

assignments() { # scope
  echo "$1/providers/Microsoft.Authorization/roleAssignments"
}

# Through Resource Manager itself: some releases of az cannot create a role assignment. It counts an existing one as made.
# Azure role assignments may not know a new service principal for some minutes.
put_assignment() { # scope, principal, role id, what, body
  local answer name attempt
  name=$(assignment_name "$1" "$2" "$3")
  for attempt in {1..30}; do
    if answer=$(az rest --method put --url "$(assignments "$1")/$name?api-version=2022-04-01" --body "$5" --output none 2>&1); then
      echo "assigned $4 at $1"
      return
    elif [[ $answer == *RoleAssignmentExists* ]]; then
      echo "existing $4 at $1"
      return
    elif [[ $answer != *PrincipalNotFound* ]]; then
      break
    fi
    if [ "$attempt" = 1 ]; then echo "waiting until role assignments know $2" >&2; fi
    sleep 10
  done
  echo "$answer" >&2
  exit 1
}
`;
