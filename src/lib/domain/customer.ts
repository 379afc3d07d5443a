declare const brand: unique symbol;
type Brand<Name extends string> = string & { readonly [brand]: Name };

/** A customer's short name in the config: lower-case letters, digits and hyphens, `acme`. */
export type CustomerName = Brand<"CustomerName">;
/** An Entra tenant id: a GUID in lower case, because the identity SDK compares tenants case-sensitively. */
export type TenantId = Brand<"TenantId">;
/** An application (client) id, or any other object's GUID, in lower case. */
export type Guid = Brand<"Guid">;
/** A Service Bus namespace's host, with the suffix of the configured cloud. */
export type NamespaceHost = Brand<"NamespaceHost">;

export type Tags = Readonly<Record<string, string>>;

/** One customer of the config. */
export type Customer = {
  readonly name: CustomerName;
  readonly tenantId: TenantId;
  readonly namespace: NamespaceHost;
  readonly commandQueue: string;
  readonly statusQueue: string;
  /** The resource group and subscription of the namespace. Only `grant` and other control-plane commands need them. */
  readonly subscriptionId?: Guid;
  readonly resourceGroup?: string;
  /** The name of the namespace's resource, where the host is an alias for geo-recovery. Otherwise the host begins with it. */
  readonly namespaceName?: string;
  /** The roles that the provider's app should have there. */
  readonly access: "data-owner" | "least-privilege";
  readonly tags: Tags;
};

/** One of a customer's two queues. The provider writes commands and reads statuses. */
export type QueueRole = "command" | "status";

export const queueOf = (customer: Customer, role: QueueRole): string =>
  role === "command" ? customer.commandQueue : customer.statusQueue;

/** The fields of every record about a message or a customer. */
export type Provenance = {
  readonly customer: string;
  readonly tenantId: string;
  readonly namespace: string;
  readonly queue: string;
};

export const provenanceOf = (customer: Customer, role: QueueRole): Provenance => ({
  customer: customer.name,
  tenantId: customer.tenantId,
  namespace: customer.namespace,
  queue: queueOf(customer, role),
});

export function parseCustomerName(text: string): CustomerName {
  if (!/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(text))
    throw new Error("expected a customer's name: lower-case letters, digits and hyphens, at most 40.");
  return text as CustomerName;
}

export function parseGuid(text: string): Guid {
  const lower = text.toLowerCase();
  if (!/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(lower))
    throw new Error("expected a GUID such as 6f1c2d3e-4b5a-4c7d-8e9f-0a1b2c3d4e5f.");
  return lower as Guid;
}

export const parseTenantId = (text: string): TenantId => parseGuid(text) as string as TenantId;

/** A tenant as an operator names it: by its id, or by a verified domain. */
export type TenantReference = { readonly id: TenantId } | { readonly domain: string };

export function parseTenantReference(text: string): TenantReference {
  if (
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/i.test(text) &&
    text.length <= 253
  )
    return { domain: text.toLowerCase() };
  try {
    return { id: parseTenantId(text) };
  } catch {
    throw new Error("expected a tenant's id (a GUID) or a verified domain such as contoso.com.");
  }
}

/** Service Bus naming rules: 6 to 50 letters, digits and hyphens, followed by the cloud's suffix. */
export function parseNamespaceHost(text: string, suffix: string): NamespaceHost {
  const host = text.toLowerCase();
  const label = host.slice(0, -suffix.length - 1);
  if (!host.endsWith(`.${suffix}`) || !/^[a-z](?:[a-z0-9-]{4,48}[a-z0-9])$/.test(label))
    throw new Error(`expected a namespace host of this cloud: <6 to 50 letters, digits, hyphens>.${suffix}`);
  return host as NamespaceHost;
}

/** The name of the namespace in Resource Manager. The host of an alias for geo-recovery begins with another name. */
export const resourceNameOf = ({ namespace, namespaceName }: Pick<Customer, "namespace" | "namespaceName">): string =>
  namespaceName ?? namespace.split(".")[0] ?? namespace;

/** Service Bus naming rules: 6 to 50 letters, digits and hyphens. */
export function parseNamespaceName(text: string): string {
  if (!/^[A-Za-z][A-Za-z0-9-]{4,48}[A-Za-z0-9]$/.test(text))
    throw new Error("expected the name of a namespace: 6 to 50 letters, digits and hyphens.");
  return text;
}

/** Service Bus entity names: letters, digits, period, hyphen, underscore, slashes inside; at most 260 characters. */
export function parseQueueName(text: string): string {
  if (!/^[A-Za-z0-9](?:[\w./-]{0,258}[A-Za-z0-9_])?$/.test(text) || /(?:^|\/)\.{0,2}(?:\/|$)/.test(text))
    throw new Error("expected a queue name: letters, digits, '.', '-', '_' and inner '/', at most 260.");
  return text;
}

/** `acme,fabrikam` */
export const parseCustomerNames = (text: string): readonly CustomerName[] => text.split(",").map(parseCustomerName);

export type Tag = readonly [key: string, value: string];

export function parseTagName(text: string): string {
  if (!/^[\w.-]+$/.test(text)) throw new Error("expected the key of a tag: letters, digits, '.', '-', '_'.");
  return text;
}

/** `region=eu`: a tag's key and value. */
export function parseTag(text: string): Tag {
  const [, key, value] = /^([\w.-]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined)
    throw new Error("expected <key>=<value>; keys are letters, digits, '.', '-', '_'.");
  return [key, value];
}
