import type { ConfigDocument } from "../../src/lib/config/config-schema.ts";
import { baseUrlOf } from "./http.ts";
import type { SeededCustomer } from "./seed/customer.ts";
import type { Seed } from "./seed/seed.ts";

/** The `xtenant.json` that points the command line at this sandbox; its paths are relative to the file. */
export function configDocument({ provider, customers }: Seed, port: number): ConfigDocument {
  const baseUrl = baseUrlOf(port);
  return {
    $schema: "https://unpkg.com/xtenant/schema/xtenant.schema.json",
    cloud: {
      name: "sandbox",
      authorityHost: baseUrl,
      graphEndpoint: `${baseUrl}/graph`,
      armEndpoint: `${baseUrl}/arm`,
      serviceBusSuffix: "servicebus.localhost",
      serviceBusEndpoint: `sb://localhost:${port}`,
      managedIdentityEndpoint: `http://127.0.0.1:${port}`,
      caFile: "ca.pem",
    },
    provider: {
      tenantId: provider.tenant.id,
      clientId: provider.application.appId,
      consentRedirectUri: `${baseUrl}/consented`,
      credential: { kind: "managed-identity", managedIdentityClientId: provider.identity.appId },
      administrator: {
        kind: "secret",
        clientId: provider.administrator.appId,
        secretFile: "secrets/contoso-administrator",
      },
    },
    commands: { restart },
    customers: Object.fromEntries(customers.map((customer) => [customer.name, customerEntry(customer)])),
  };
}

/** A saved command to try: `send acme --command restart --set service=web`. */
const restart = {
  description: "restart a service",
  body: { action: "restart", service: "{{service}}", delay: "{{delay}}" },
  fields: {
    properties: {
      service: { type: "string", enum: ["web", "api", "worker"] },
      delay: { type: "integer", minimum: 0, default: 0, description: "seconds" },
    },
    required: ["service"],
  },
  timeout: "30s",
};

const customerEntry = (customer: SeededCustomer) => ({
  tenantId: customer.tenant.id,
  namespace: customer.namespace.host,
  commandQueue: "commands",
  statusQueue: "statuses",
  subscriptionId: customer.subscriptionId,
  resourceGroup: customer.resourceGroup,
  administrator: {
    kind: "secret" as const,
    clientId: customer.administrator.appId,
    secretFile: `secrets/${customer.name}-administrator`,
  },
  responder: { kind: "managed-identity" as const, managedIdentityClientId: customer.responder.appId },
  tags: { region: customer.region },
});
