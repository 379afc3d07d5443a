import type { ConfigDocument } from "../../src/lib/config/config-schema.ts";
import {
  type Customer,
  parseCustomerName,
  parseGuid,
  parseNamespaceHost,
  parseTenantId,
} from "../../src/lib/domain/customer.ts";

/** Ids of the example companies, all different. */
export const ids = {
  contoso: "c0000000-0000-4000-8000-000000000001",
  app: "c0000000-0000-4000-8000-00000000000a",
  acme: "a0000000-0000-4000-8000-000000000001",
  fabrikam: "f0000000-0000-4000-8000-000000000001",
  subscription: "50000000-0000-4000-8000-000000000001",
  principal: "90000000-0000-4000-8000-000000000001",
} as const;

/** A valid config with two customers. Each call returns a new copy. */
export const configDocument = () =>
  structuredClone({
    provider: { tenantId: ids.contoso, clientId: ids.app, credential: { kind: "managed-identity" } },
    customers: {
      acme: {
        tenantId: ids.acme,
        namespace: "acme-messages.servicebus.windows.net",
        subscriptionId: ids.subscription,
        resourceGroup: "messaging",
      },
      fabrikam: { tenantId: ids.fabrikam, namespace: "fabrikam-messages.servicebus.windows.net" },
    },
  } as const) satisfies ConfigDocument;

/** A valid cloud of the sandbox's kind. */
export const sandboxCloud = {
  name: "sandbox",
  authorityHost: "https://localhost:8443",
  graphEndpoint: "https://localhost:8443/graph",
  armEndpoint: "https://127.0.0.1:8443",
  serviceBusSuffix: "servicebus.localhost",
  serviceBusEndpoint: "sb://localhost:8443",
  managedIdentityEndpoint: "http://localhost:8080",
  caFile: "ca.pem",
} as const;

/** A document with one value set at a path such as `customers.acme.tenantId`. Missing parts are created. */
export function withValue(document: object, path: string, value: unknown): object {
  const [key = "", ...rest] = path.split(".");
  const inner: unknown = Object.getOwnPropertyDescriptor(document, key)?.value;
  const below = typeof inner === "object" && inner !== null ? inner : {};
  return { ...document, [key]: rest.length === 0 ? value : withValue(below, rest.join("."), value) };
}

/** Acme as a domain object. */
export const acme = (changes: Partial<Customer> = {}): Customer => ({
  name: parseCustomerName("acme"),
  tenantId: parseTenantId(ids.acme),
  namespace: parseNamespaceHost("acme-messages.servicebus.windows.net", "servicebus.windows.net"),
  commandQueue: "commands",
  statusQueue: "statuses",
  subscriptionId: parseGuid(ids.subscription),
  resourceGroup: "messaging",
  access: "least-privilege",
  tags: {},
  ...changes,
});
