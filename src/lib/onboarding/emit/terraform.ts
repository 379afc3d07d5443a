import type { AccessRequest } from "./request.ts";

/** Terraform for the Customer's own state; both providers are pinned to the tenant, so that no other can be changed by mistake. */
export const terraformModule = (
  request: AccessRequest,
): string => `# Admits the app ${request.clientId} (tenant ${request.providerTenantId}) to ${request.customer}'s tenant and gives it its roles.
terraform {
  required_providers {
    azuread = { source = "hashicorp/azuread", version = ">= 3.0" }
    azurerm = { source = "hashicorp/azurerm", version = ">= 4.0" }
  }
}

provider "azuread" {
  tenant_id = ${text(request.tenantId)}
}

provider "azurerm" {
  features {}
  tenant_id       = ${text(request.tenantId)}
  subscription_id = ${text(request.subscriptionId)}
}

resource "azuread_service_principal" "app" {
  client_id    = ${text(request.clientId)}
  use_existing = true
}

data "azurerm_servicebus_namespace" "namespace" {
  name                = ${text(request.namespace)}
  resource_group_name = ${text(request.resourceGroup)}
}
${request.assignments.map(assignment).join("")}`;

const assignment = ({ queue, roleName }: AccessRequest["assignments"][number], index: number): string => `
resource "azurerm_role_assignment" "app_${index}" {
  scope                = "\${data.azurerm_servicebus_namespace.namespace.id}/queues/${queue.replaceAll("/", "~")}"
  role_definition_name = ${text(roleName)}
  principal_id         = azuread_service_principal.app.object_id
  principal_type       = "ServicePrincipal"
}
`;

/** An HCL string; \`\${\` and \`%{\` would begin templates. */
const text = (value: string) => JSON.stringify(value).replaceAll("${", "$${").replaceAll("%{", "%%{");
