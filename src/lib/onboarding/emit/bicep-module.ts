import { queuePath } from "../../domain/role-access.ts";
import type { AccessRequest } from "./access-request.ts";

/** A Bicep module for the namespace's resource group. The service principal must exist before, because ARM cannot create one. */
export const bicepModule = (
  request: AccessRequest,
): string => `// Gives the app ${request.clientId} (tenant ${request.providerTenantId}) its roles in ${request.customer}'s namespace.
// First, in tenant ${request.tenantId}: az ad sp create --id ${request.clientId}
// Then: az deployment group create --subscription ${request.subscriptionId} --resource-group ${request.resourceGroup} \\
//         --template-file <this file> --parameters principalId="$(az ad sp show --id ${request.clientId} --query id --output tsv)"

@description('Object id of the app\\'s service principal in this tenant (not the application id)')
param principalId string

// In any other tenant nothing is made.
var tenantIsRight = tenant().tenantId == ${text(request.tenantId)}

${namespace(request)}
${request.assignments.map((one, index) => assignment(request, one, index)).join("")}
output tenantIsRight bool = tenantIsRight
output principalId string = principalId
`;

const namespace = ({ namespace: name, creates }: AccessRequest): string =>
  creates === "namespace"
    ? `resource namespace 'Microsoft.ServiceBus/namespaces@2021-11-01' = if (tenantIsRight) {
  name: ${text(name)}
  location: resourceGroup().location
  sku: {
    name: 'Standard'
    tier: 'Standard'
  }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
  }
}`
    : `resource namespace 'Microsoft.ServiceBus/namespaces@2021-11-01' existing = {
  name: ${text(name)}
}`;

const assignment = (
  { creates }: AccessRequest,
  { queue, roleId, roleName }: AccessRequest["assignments"][number],
  index: number,
): string => `
resource queue${index} 'Microsoft.ServiceBus/namespaces/queues@2021-11-01' ${creates === "nothing" ? "existing =" : "= if (tenantIsRight)"} {
  parent: namespace
  name: ${text(queuePath(queue))}${creates === "nothing" ? "" : settings}
}

// ${roleName}
resource assignment${index} 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (tenantIsRight) {
  name: guid(queue${index}.id, principalId, ${text(roleId)})
  scope: queue${index}
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', ${text(roleId)})
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}
`;

const settings = `
  properties: {
    requiresDuplicateDetection: true
  }`;

/** A Bicep string; \`\${\` would begin an interpolation. */
const text = (value: string) => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("${", "\\${")}'`;
