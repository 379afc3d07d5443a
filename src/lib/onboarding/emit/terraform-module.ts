import { queuePath } from "../../domain/role-access.ts";
import type { AccessRequest } from "./access-request.ts";

/** Terraform for the customer's own state. Both Terraform providers are pinned to the tenant, so that no other tenant can be changed by mistake. */
export const terraformModule = (
  request: AccessRequest,
): string => `# Adds the app ${request.clientId} (tenant ${request.providerTenantId}) to ${request.customer}'s tenant and gives it its roles.
terraform {
  # The first version with check blocks.
  required_version = ">= 1.5"

  required_providers {
    azuread = { source = "hashicorp/azuread", version = ">= 3.0" }
    azurerm = { source = "hashicorp/azurerm", version = ">= 4.0" }
  }
}

provider "azuread" {
  tenant_id   = ${text(request.tenantId)}
  environment = ${text(environmentOf(request.cloud))}
}

provider "azurerm" {
  features {}
  tenant_id       = ${text(request.tenantId)}
  subscription_id = ${text(request.subscriptionId)}
  environment     = ${text(environmentOf(request.cloud))}
}

resource "azuread_service_principal" "app" {
  client_id    = ${text(request.clientId)}
  use_existing = true
}
${namespace(request)}${request.assignments.map((one, index) => assignment(request, one, index)).join("")}
check "owner" {
  assert {
    condition     = azuread_service_principal.app.application_tenant_id == ${text(request.providerTenantId)}
    error_message = "The app does not belong to the provider's tenant."
  }
}
`;

const environmentOf = (cloud: string) => (cloud === "usgovernment" || cloud === "china" ? cloud : "public");

const namespace = ({ namespace: name, resourceGroup, creates }: AccessRequest): string =>
  creates === "namespace"
    ? `
data "azurerm_resource_group" "group" {
  name = ${text(resourceGroup)}
}

resource "azurerm_servicebus_namespace" "namespace" {
  name                = ${text(name)}
  resource_group_name = data.azurerm_resource_group.group.name
  location            = data.azurerm_resource_group.group.location
  sku                 = "Standard"
  local_auth_enabled  = false
  minimum_tls_version = "1.2"
}
`
    : `
data "azurerm_servicebus_namespace" "namespace" {
  name                = ${text(name)}
  resource_group_name = ${text(resourceGroup)}
}
`;

const assignment = (
  { creates }: AccessRequest,
  { queue, roleName }: AccessRequest["assignments"][number],
  index: number,
): string => `${creates === "nothing" ? "" : queueResource(creates, queue, index)}
resource "azurerm_role_assignment" "app_${index}" {
  scope                = ${creates === "nothing" ? `"\${data.azurerm_servicebus_namespace.namespace.id}/queues/${queuePath(queue)}"` : `azurerm_servicebus_queue.queue_${index}.id`}
  role_definition_name = ${text(roleName)}
  principal_id         = azuread_service_principal.app.object_id
  principal_type       = "ServicePrincipal"
}
`;

const queueResource = (creates: AccessRequest["creates"], queue: string, index: number): string => `
resource "azurerm_servicebus_queue" "queue_${index}" {
  name                         = ${text(queue)}
  namespace_id                 = ${creates === "namespace" ? "" : "data."}azurerm_servicebus_namespace.namespace.id
  requires_duplicate_detection = true
}
`;

/** An HCL string; \`\${\` and \`%{\` would begin templates. */
const text = (value: string) => JSON.stringify(value).replaceAll("${", "$${").replaceAll("%{", "%%{");
