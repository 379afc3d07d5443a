/**
 * The whole state of the sandbox: tenants with their directories and subscriptions. Entra, Graph, ARM and the broker are
 * views on it and keep nothing of their own. All identifiers are lower case.
 */
export type Model = {
  readonly tenants: Map<string, Tenant>;
  /** Keyed by object id. Entra keeps them, and names them in the refusal when their app asks for a token. */
  readonly deletedServicePrincipals: Map<string, { readonly tenantId: string; readonly principal: ServicePrincipal }>;
  /** What users allowed and clients have yet to redeem; keyed by the code or refresh token itself. */
  readonly signIns: Map<string, SignIn>;
};

/** A user of a tenant who chose to sign in to a client, with the scopes (separated by spaces) that the client asked for. */
type Granted = { readonly tenantId: string; readonly userId: string };
type Asked = { readonly clientId: string; readonly scope: string; readonly expiresAt: Date };

/** An authorization code (RFC 6749 §4.1), a refresh token (§6), or a device code (RFC 8628). */
export type SignIn =
  | (Asked &
      Granted & {
        readonly kind: "authorization-code";
        readonly redirectUri: string;
        /** PKCE with S256 (RFC 7636). */
        readonly codeChallenge: string | undefined;
        readonly nonce: string | undefined;
      })
  | (Asked & Granted & { readonly kind: "refresh-token" })
  | (Asked & {
      readonly kind: "device-code";
      readonly userCode: string;
      /** A tenant's id, or undefined when the client asked at `/organizations`. */
      readonly tenantId: string | undefined;
      outcome: "pending" | "declined" | Granted;
    });

/** One Entra tenant with its directory, and the Azure subscriptions that trust it. */
export type Tenant = {
  readonly id: string;
  readonly displayName: string;
  /** A verified domain, `contoso.example`; may stand for the id in every Entra path. */
  readonly domain: string;
  readonly applications: Map<string, Application>;
  readonly servicePrincipals: Map<string, ServicePrincipal>;
  readonly users: Map<string, User>;
  readonly subscriptions: Map<string, Subscription>;
  readonly roleAssignments: Map<string, RoleAssignment>;
  /** Removed, but still honoured for a while when propagation is rehearsed; keyed by name. */
  readonly removedAssignments: Map<string, RoleAssignment & { readonly endsAt: Date }>;
};

/** An app registration; lives in its home tenant only. Keyed by `id`, the object id. */
export type Application = {
  readonly id: string;
  readonly appId: string;
  uniqueName?: string;
  displayName: string;
  signInAudience: "AzureADMyOrg" | "AzureADMultipleOrgs" | "AzureADandPersonalMicrosoftAccount";
  redirectUris: string[];
  /** Further Graph properties that are kept and shown, and that nothing in the sandbox acts on. */
  settings?: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  readonly passwordCredentials: PasswordCredential[];
  readonly keyCredentials: KeyCredential[];
  readonly federatedIdentityCredentials: FederatedIdentityCredential[];
};

export type PasswordCredential = {
  readonly keyId: string;
  /** Null when the request named none. */
  readonly displayName: string | null;
  readonly secret: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
};

export type KeyCredential = {
  readonly keyId: string;
  readonly displayName: string;
  /** PEM of the public certificate. */
  readonly certificate: string;
};

export type FederatedIdentityCredential = {
  readonly id: string;
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
  readonly description?: string;
};

/** An app's object in one tenant (its own, or a customer's after consent), or a managed identity. Keyed by `id`. */
export type ServicePrincipal = {
  readonly id: string;
  readonly appId: string;
  readonly appOwnerOrganizationId: string;
  displayName: string;
  accountEnabled: boolean;
  readonly type: "Application" | "ManagedIdentity";
  /** Graph application permissions it holds, such as `Application.ReadWrite.All`. */
  readonly graphPermissions: readonly string[];
  /** Directory roles it holds, such as `Cloud Application Administrator`. */
  readonly directoryRoles: readonly string[];
  readonly createdAt: Date;
  /** Secrets of this tenant alone, beside those of the app; data files of earlier versions have none. */
  passwordCredentials?: PasswordCredential[];
  /** When Entra's token service and Resource Manager begin to know it; at once when undefined. */
  readonly replicatedAt?: Date;
  /** When Graph itself begins to show it; at once when undefined. */
  readonly shownAt?: Date;
};

export type User = {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly directoryRoles: readonly string[];
};

export type Subscription = {
  readonly id: string;
  readonly resourceGroups: Map<string, ResourceGroup>;
};

export type ResourceGroup = {
  readonly name: string;
  readonly location: string;
  readonly namespaces: Map<string, Namespace>;
};

export type Namespace = {
  readonly name: string;
  /** The host clients name in AMQP open and in token audiences, `acme-bus.servicebus.localhost`. */
  readonly host: string;
  /** ARM id, `/subscriptions/…/namespaces/acme-bus`, lower case as Azure compares it. */
  readonly resourceId: string;
  readonly tier: "Basic" | "Standard" | "Premium";
  /** As the request said; those of the seed are where their resource group is. */
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Messaging units of a Premium namespace. */
  readonly capacity?: number;
  readonly createdAt: Date;
  /** Keyed by lower-case name. */
  readonly queues: Map<string, Queue>;
  /** Closed: no address is allowed (network rules of a Premium namespace). Open when undefined. */
  firewall?: "open" | "closed";
};

/** What ARM sets on a queue. The messages in it are kept by the broker's queue store, found by this object. */
export type Queue = {
  readonly name: string;
  readonly resourceId: string;
  readonly createdAt: Date;
  /** When its settings were changed last; never without it. */
  updatedAt?: Date;
  settings: QueueSettings;
};

/** Durations are milliseconds, sizes are bytes. */
export type QueueSettings = {
  readonly status: "Active" | "Disabled" | "SendDisabled" | "ReceiveDisabled";
  readonly lockDuration: number;
  readonly maxDeliveryCount: number;
  /** Undefined: messages never expire. */
  readonly defaultTimeToLive: number | undefined;
  readonly deadLetterOnExpiration: boolean;
  readonly maxMessageBytes: number;
  readonly maxSizeBytes: number;
  readonly requiresSession: boolean;
  readonly requiresDuplicateDetection: boolean;
  /** How long the id of a message is remembered; ten minutes without it. */
  readonly duplicateDetectionWindow?: number;
  /** Name of a queue of the same namespace that gets every message instead of this one. */
  readonly forwardTo?: string;
  /** Name of a queue of the same namespace that gets what would go to this one's dead-letter queue. */
  readonly forwardDeadLettersTo?: string;
  /** What is shown as it was given, and that nothing in the sandbox acts on. */
  readonly kept?: KeptSettings;
};

export type KeptSettings = {
  /** The targets as a client of the administration API wrote them: with their scheme and case. */
  readonly forwardTo?: string;
  readonly forwardDeadLettersTo?: string;
  /** Milliseconds; never without it. */
  readonly autoDeleteOnIdle?: number;
  readonly enableBatchedOperations?: boolean;
  readonly enablePartitioning?: boolean;
  readonly enableExpress?: boolean;
  readonly userMetadata?: string;
};

/** Azure's defaults for a Standard queue (ARM typings; lock 1 min, 10 deliveries, 256 KB, 1 GB). */
export const defaultQueueSettings: QueueSettings = {
  status: "Active",
  lockDuration: 60_000,
  maxDeliveryCount: 10,
  defaultTimeToLive: undefined,
  deadLetterOnExpiration: false,
  maxMessageBytes: 256 * 1024,
  maxSizeBytes: 1024 ** 3,
  requiresSession: false,
  requiresDuplicateDetection: false,
};

/** Keyed by `name`, a GUID that is unique in the tenant. */
export type RoleAssignment = {
  readonly name: string;
  /** ARM id of a subscription, resource group, namespace or queue, lower case. */
  readonly scope: string;
  /** The GUID part of the role definition's id. */
  readonly roleId: string;
  readonly principalId: string;
  readonly principalType: string;
  readonly description: string | undefined;
  /** Limits what role assignments its holder may make (Azure ABAC, version 2.0). */
  readonly condition?: string;
  readonly createdAt: Date;
  /** Object id of who made or last changed it; data files of earlier versions have none. */
  readonly updatedBy?: string;
  /** When the data and control planes begin to honour it; later than `createdAt` when propagation is rehearsed. */
  readonly effectiveAt: Date;
};

export const createModel = (): Model => ({
  tenants: new Map(),
  deletedServicePrincipals: new Map(),
  signIns: new Map(),
});

/** A tenant with an empty directory and no subscription. */
export const createTenant = (names: Pick<Tenant, "id" | "displayName" | "domain">): Tenant => ({
  ...names,
  applications: new Map(),
  servicePrincipals: new Map(),
  users: new Map(),
  subscriptions: new Map(),
  roleAssignments: new Map(),
  removedAssignments: new Map(),
});

/** The tenant of this id or verified domain, as Entra's paths accept either. */
export function findTenant(model: Model, idOrDomain: string): Tenant | undefined {
  const wanted = idOrDomain.toLowerCase();
  return model.tenants.get(wanted) ?? model.tenants.values().find(({ domain }) => domain === wanted);
}

/** An app registration by its client id, with the tenant that owns it. */
export function findApplication(model: Model, appId: string) {
  for (const tenant of model.tenants.values())
    for (const application of tenant.applications.values())
      if (application.appId === appId.toLowerCase()) return { tenant, application };
  return undefined;
}

export const findServicePrincipal = (tenant: Tenant, appId: string): ServicePrincipal | undefined =>
  tenant.servicePrincipals.values().find((principal) => principal.appId === appId.toLowerCase());

/** Of clients that know only Azure's own names, which the proxy leads here. */
const azureSuffix = /\.servicebus\.windows\.net$/;

/** A namespace by the host a client dialled, its own or Azure's for its name, with the tenant whose tokens it trusts. */
export function findNamespace(model: Model, host: string) {
  const dialled = host.toLowerCase();
  const name = azureSuffix.test(dialled) ? dialled.replace(azureSuffix, "") : undefined;
  for (const tenant of model.tenants.values())
    for (const namespace of namespacesOf(tenant))
      if (namespace.host === dialled || namespace.name === name) return { tenant, namespace };
  return undefined;
}

export function* namespacesOf(tenant: Tenant): Generator<Namespace> {
  for (const { resourceGroups } of tenant.subscriptions.values())
    for (const { namespaces } of resourceGroups.values()) yield* namespaces.values();
}
