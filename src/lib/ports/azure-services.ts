import type { Provider, ProviderCredential } from "../config/config.ts";
import type {
  AppCredential,
  AppReference,
  AppRegistration,
  FederatedTrust,
  WantedApp,
} from "../domain/app-registration.ts";
import type { CloudEndpoints } from "../domain/cloud-endpoints.ts";
import type { CredentialFingerprint } from "../domain/credential-fingerprint.ts";
import type { Customer, Guid, NamespaceHost, QueueRole, TenantId, TenantReference } from "../domain/customer.ts";
import type { Incoming, Outgoing } from "../domain/message.ts";
import type { MessageCounts } from "../domain/message-counts.ts";
import type { Assignment, WantedAssignment } from "../domain/role-access.ts";
import type { Transport } from "../domain/transport.ts";

/**
 * Every call to Azure, in the terms of the domain. Every method may throw Failure. It opens connections, loads SDKs and
 * requests tokens only when it is called.
 */
/** The provider's tenant, as its administrator sees it. A complete config is accepted, too. */
export type ProviderHome = {
  readonly cloud: CloudEndpoints;
  readonly provider: Pick<Provider, "tenantId" | "administrator">;
};

export interface AzureServices {
  /** The id of a tenant in a cloud. A domain is resolved without a sign-in. */
  resolveTenant(cloud: CloudEndpoints, tenant: TenantReference): Promise<TenantId>;
  /** Throws Failure "auth" AADSTS90002 unless the config's cloud has the customer's tenant. Needs no sign-in. */
  confirmTenant(customer: Customer): Promise<void>;
  /** A token of the provider's app from this customer's tenant. It is the only proof of consent. */
  signIn(customer: Customer): Promise<Principal>;
  /** Tokens of the provider's app in this customer's tenant, for other clients of Azure. */
  credentialFor(customer: Customer): Promise<TokenSource>;
  /** The same with a credential that the config does not contain (yet), in any tenant. `whose` names the tenant in failures. */
  tryCredential(credential: ProviderCredential, tenantId: TenantId, whose: string): Promise<Principal>;
  /** The proof that the config's credential presents to Entra. Throws Failure "auth" when it is not available on this machine. */
  fingerprint(): Promise<CredentialFingerprint>;
  /** App registrations in the provider's tenant, as the provider's administrator. */
  appRegistrations(home: ProviderHome): Promise<AppRegistrations>;
  /** The customer's directory, as the customer's administrator. */
  directory(customer: Customer): Promise<Directory>;
  /** Role assignments in the customer's subscription, as the customer's administrator. */
  roleAssignments(customer: Customer): Promise<RoleAssignments>;
  /** The provider's connection to this customer's queues: it writes commands and reads statuses. */
  connectAsProvider(customer: Customer): Promise<NamespaceConnection>;
  /** The customer's own connection: its worker reads commands and writes statuses. */
  connectAsResponder(customer: Customer): Promise<NamespaceConnection>;
  /** The namespace's message counts of a queue. Failure "forbidden" without the Manage claim, which only Data Owner has. */
  countMessages(customer: Customer, role: QueueRole): Promise<MessageCounts>;
  /** A queue of the provider, in the provider's tenant, with the provider's app. It is only written to. */
  providerQueue(queue: ProviderQueue): Promise<ProviderQueueSender>;
}

/** A queue in the provider's tenant. */
export type ProviderQueue = { readonly namespace: NamespaceHost; readonly queue: string };
export interface ProviderQueueSender extends Sender, AsyncDisposable {}

/** The service principal that a checked token identifies. */
export type Principal = {
  readonly tenantId: TenantId;
  readonly clientId: Guid;
  readonly objectId: Guid;
  /** The kind of credential, `managed-identity`. */
  readonly credential: string;
  readonly expiresAt: Date;
};

export type ServicePrincipal = {
  readonly objectId: Guid;
  readonly displayName: string;
  readonly accountEnabled: boolean;
  /** The tenant that registered the app. If it is not the provider's, the app is not the provider's. */
  readonly ownerTenantId: TenantId;
};

/** The shape of a `TokenCredential` of @azure/core-auth, which clients of the Azure SDKs take. */
export type TokenSource = {
  getToken(
    scopes: string | string[],
    options?: { readonly abortSignal?: AbortSignal },
  ): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
};

export interface Directory {
  findServicePrincipal(clientId: Guid): Promise<ServicePrincipal | undefined>;
  /** Creates the app's service principal. An existing one is not changed. */
  provisionServicePrincipal(clientId: Guid): Promise<"created" | "existing">;
  removeServicePrincipal(clientId: Guid): Promise<"removed" | "absent">;
}

export interface AppRegistrations {
  find(app: AppReference): Promise<AppRegistration | undefined>;
  /** Creates the app unless an app with that unique name exists. An existing one is not changed. */
  create(uniqueName: string, wanted: WantedApp): Promise<"created" | "existing">;
  /** Sets audience, property lock and sign-in permission, and adds redirect addresses. Removes nothing. */
  update(app: AppRegistration, wanted: WantedApp): Promise<void>;
  /** Creates the app's own service principal in the provider's tenant. Graph does not create it with the app. */
  provisionServicePrincipal(clientId: Guid): Promise<"created" | "existing">;
  trust(app: AppRegistration, trust: FederatedTrust): Promise<void>;
  /** `certificate`: the public part, as base64 of its DER. */
  addCertificate(app: AppRegistration, certificate: { readonly name: string; readonly der: string }): Promise<void>;
  /** Entra returns the secret only in this answer. */
  addSecret(app: AppRegistration, wanted: { readonly name: string; readonly endsAt: Date }): Promise<string>;
  /** A credential that does not exist counts as removed. */
  removeCredential(app: AppRegistration, credential: AppCredential): Promise<void>;
}

export interface RoleAssignments {
  /** The roles of the principal at the scope and below it, without inherited ones. */
  list(scope: string, principalId: Guid): Promise<readonly Assignment[]>;
  /** Safe to repeat: an existing assignment of the same role, principal and scope counts as created. */
  assign(wanted: WantedAssignment): Promise<"created" | "existing">;
  remove(assignment: Assignment): Promise<void>;
}

/** One connection to one customer's namespace. Its links open on first use and close with it. */
export interface NamespaceConnection extends AsyncDisposable {
  readonly transport: Transport;
  /** A sender for the queue that this side writes, unless another is named. */
  sender(role?: QueueRole): Promise<Sender>;
  /** A receiver for the queue that this side reads, unless another is named. It can only peek a queue with sessions. */
  receiver(role?: QueueRole): Promise<Receiver>;
  /** A receiver for the dead letters of a queue. */
  deadLetters(role: QueueRole): Promise<Receiver>;
  /**
   * Opens a link that could receive from the queue that this side reads, and receives nothing. It proves more than a peek: the
   * queue may refuse receivers. Failure "conflict" SessionRequired for a queue with sessions.
   */
  probeReceiver(role?: QueueRole): Promise<void>;
  /** The session by its id, locked, in the queue that this side reads. Failure "conflict" when another receiver holds it. */
  session(id: string): Promise<Session>;
  /** The next free session with messages, locked; undefined when there was none for `waitMilliseconds`. */
  nextSession(waitMilliseconds: number): Promise<Session | undefined>;
}

/** The messages of one session, in order. Disposing of it releases the session. */
export interface Session extends Receiver, AsyncDisposable {
  readonly id: string;
}

export interface Sender {
  /** Opens an authorized link and sends nothing. It proves the Send claim. */
  probe(): Promise<void>;
  /** Resolves when the broker has accepted the message. */
  send(message: Outgoing): Promise<void>;
  /** The maximum number of bytes of one message, as the queue's link reports it. */
  maxMessageBytes(): Promise<number>;
  /** The encoded size of the message in bytes, for comparison with `maxMessageBytes`. */
  size(message: Outgoing): number;
  /** An empty batch, which the broker accepts completely or not at all. It is never larger than 1 MB. */
  batch(): Promise<Batch>;
  /** Schedules messages for that time. Resolves to their sequence numbers, with which each can be cancelled. */
  schedule(messages: readonly Outgoing[], at: Date): Promise<readonly bigint[]>;
  /** Failure "notFound" when the message does not exist any more. */
  cancelScheduled(sequenceNumber: bigint): Promise<void>;
}

export interface Batch {
  /** False when the message does not fit. The batch is then unchanged. */
  add(message: Outgoing): boolean;
  /** Resolves when the broker has accepted the whole batch. */
  send(): Promise<void>;
}

export interface Receiver {
  /** Peeks without locking, over an authorized link. It proves the Listen claim. Starts at the sequence number, if there is one. */
  peek(max: number, fromSequenceNumber?: bigint): Promise<readonly Incoming[]>;
  /**
   * Locks up to `max` messages, and resolves as soon as there are some. An empty result means that an authorized, attached link
   * received nothing for `waitMilliseconds`. The signal ends the wait: what the service still sent is returned, and no further message
   * is locked.
   */
  receive(max: number, waitMilliseconds: number, signal?: AbortSignal): Promise<readonly LockedMessage[]>;
  /**
   * Locks a deferred message. Abandoned, it stays deferred. Failure "notFound" MessageNotFound when there is none of this number,
   * when it is not deferred, or when it is locked.
   */
  /** Opens the link, which locks no message, so that the next call need not wait for it. */
  open(): Promise<void>;
  receiveDeferred(sequenceNumber: bigint): Promise<LockedMessage>;
  /**
   * Messages as they arrive, until the signal aborts. Messages that are locked by then are still returned. Throws at the first
   * error, and Failure "unavailable" NoAnswer when the connection is dead. The unsettled messages are then redelivered.
   */
  tail(signal: AbortSignal, tailing?: TailOptions): AsyncIterable<readonly LockedMessage[]>;
}

export type TailOptions = {
  /** Called each time the link is open. It is the only notice of a link that the SDK has reopened automatically. */
  readonly onOpened?: () => void;
  /** Called at intervals when the connection has received something, also when it is only a heartbeat. */
  readonly onActivity?: () => void;
  readonly keepalive?: KeepaliveOptions;
};

/** How long a connection may be silent before it is pinged, and how long the answer may take. */
export type KeepaliveOptions = { readonly silenceMilliseconds: number; readonly answerMilliseconds: number };

/** A locked message. It is settled once, or redelivered when its lock ends. */
export type LockedMessage = {
  readonly message: Incoming;
  readonly lockedUntil: Date;
  complete(): Promise<void>;
  abandon(): Promise<void>;
  /** Moves the message to the queue's dead letters. */
  deadLetter(reason: string, description: string): Promise<void>;
  /** Starts a new lock duration of the queue; in a session, for the whole session. */
  renewLock(): Promise<void>;
};
