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
 * All that the tool asks of Azure, in the domain's words. Every method may throw Failure, and opens connections, loads SDKs
 * and asks for tokens only when it is called.
 */
/** The provider's tenant, as its administrator sees it. A whole config fits. */
export type ProviderHome = {
  readonly cloud: CloudEndpoints;
  readonly provider: Pick<Provider, "tenantId" | "administrator">;
};

export interface AzureServices {
  /** The id of a tenant in a cloud; a domain is looked up, and nobody signs in for it. */
  resolveTenant(cloud: CloudEndpoints, tenant: TenantReference): Promise<TenantId>;
  /** Throws Failure "auth" AADSTS90002 unless the config's cloud knows the customer's tenant. Nobody signs in for it. */
  confirmTenant(customer: Customer): Promise<void>;
  /** A token of the provider's app from this customer's tenant: the only proof that the app was admitted there. */
  signIn(customer: Customer): Promise<Principal>;
  /** The same by a credential that the config does not name (yet), in any tenant; `whose` names it in failures. */
  tryCredential(credential: ProviderCredential, tenantId: TenantId, whose: string): Promise<Principal>;
  /** What the config's credential shows to Entra. Throws Failure "auth" where it cannot be had, as away from its machine. */
  fingerprint(): Promise<CredentialFingerprint>;
  /** App registrations in the provider's tenant, as the provider's administrator. */
  appRegistrations(home: ProviderHome): Promise<AppRegistrations>;
  /** The customer's directory, as the customer's administrator. */
  directory(customer: Customer): Promise<Directory>;
  /** Role assignments in the customer's subscription, as the customer's administrator. */
  roleAssignments(customer: Customer): Promise<RoleAssignments>;
  /** The provider's end of this customer's queues: it writes commands and reads statuses. */
  connectAsProvider(customer: Customer): Promise<NamespaceConnection>;
  /** The customer's own end: its worker reads commands and writes statuses. */
  connectAsResponder(customer: Customer): Promise<NamespaceConnection>;
  /** What a queue holds by its namespace's own count. Failure "forbidden" without the Manage claim, which only Data Owner has. */
  countMessages(customer: Customer, role: QueueRole): Promise<MessageCounts>;
  /** A queue of the provider's own, in the provider's tenant, with the provider's app: written to only. */
  providerQueue(queue: ProviderQueue): Promise<ProviderQueueSender>;
}

/** A queue in the provider's tenant. */
export type ProviderQueue = { readonly namespace: NamespaceHost; readonly queue: string };
export interface ProviderQueueSender extends Sender, AsyncDisposable {}

/** The service principal that a checked token speaks for. */
export type Principal = {
  readonly tenantId: TenantId;
  readonly clientId: Guid;
  readonly objectId: Guid;
  /** Kind of credential that proved it, `managed-identity`. */
  readonly credential: string;
  readonly expiresAt: Date;
};

export type ServicePrincipal = {
  readonly objectId: Guid;
  readonly displayName: string;
  readonly accountEnabled: boolean;
  /** The tenant that registered the app; anything but the provider's is an impostor. */
  readonly ownerTenantId: TenantId;
};

export interface Directory {
  findServicePrincipal(clientId: Guid): Promise<ServicePrincipal | undefined>;
  /** Creates the app's service principal; one that exists is left as it is. */
  provisionServicePrincipal(clientId: Guid): Promise<"created" | "existing">;
  removeServicePrincipal(clientId: Guid): Promise<"removed" | "absent">;
}

export interface AppRegistrations {
  find(app: AppReference): Promise<AppRegistration | undefined>;
  /** Creates the app unless one of that unique name is there; what is there is left as it is. */
  create(uniqueName: string, wanted: WantedApp): Promise<"created" | "existing">;
  /** Sets audience, property lock and sign-in permission as wanted and adds redirect addresses; takes nothing away. */
  update(app: AppRegistration, wanted: WantedApp): Promise<void>;
  /** The app's own service principal in the provider's tenant, which Graph does not make with the app. */
  provisionServicePrincipal(clientId: Guid): Promise<"created" | "existing">;
  trust(app: AppRegistration, trust: FederatedTrust): Promise<void>;
  /** `certificate`: the public part, as base64 of its DER. */
  addCertificate(app: AppRegistration, certificate: { readonly name: string; readonly der: string }): Promise<void>;
  /** The one time that Entra tells the secret. */
  addSecret(app: AppRegistration, wanted: { readonly name: string; readonly endsAt: Date }): Promise<string>;
  /** One that is gone already counts as removed. */
  removeCredential(app: AppRegistration, credential: AppCredential): Promise<void>;
}

export interface RoleAssignments {
  /** What the principal holds at the scope and below it, but not what it inherits from above. */
  list(scope: string, principalId: Guid): Promise<readonly Assignment[]>;
  /** Safe to repeat: an assignment of the same role, principal and scope counts as made. */
  assign(wanted: WantedAssignment): Promise<"created" | "existing">;
  remove(assignment: Assignment): Promise<void>;
}

/** One connection to one customer's namespace; its ends are opened on first use and closed with it. */
export interface NamespaceConnection extends AsyncDisposable {
  readonly transport: Transport;
  /** Of the queue that this side writes, unless another is named. */
  sender(role?: QueueRole): Promise<Sender>;
  /** Of the queue that this side reads, unless another is named. A queue with sessions is only peeked at through it. */
  receiver(role?: QueueRole): Promise<Receiver>;
  /** What the queue could not deliver. */
  deadLetters(role: QueueRole): Promise<Receiver>;
  /** Of the queue that this side reads: the session by its id, locked for us. Failure "conflict" when somebody else holds it. */
  session(id: string): Promise<Session>;
  /** The next free session with messages, locked for us; undefined when there was none for `waitMilliseconds`. */
  nextSession(waitMilliseconds: number): Promise<Session | undefined>;
}

/** The messages of one session, in order. Disposing of it gives the session free. */
export interface Session extends Receiver, AsyncDisposable {
  readonly id: string;
}

export interface Sender {
  /** Opens an authorised link and sends nothing: proof of the Send claim. */
  probe(): Promise<void>;
  /** Resolves when the broker has accepted the message. */
  send(message: Outgoing): Promise<void>;
  /** The most bytes that the queue takes for one message, as its link says. */
  maxMessageBytes(): Promise<number>;
  /** Bytes of the message once encoded: what counts against `maxMessageBytes`. */
  size(message: Outgoing): number;
  /** An empty batch, which the broker takes as a whole or not at all; never larger than 1 MB. */
  batch(): Promise<Batch>;
  /** Has the broker keep messages back until then; resolves to their sequence numbers, by which each can be cancelled. */
  schedule(messages: readonly Outgoing[], at: Date): Promise<readonly bigint[]>;
  /** Failure "notFound" when there is no such message any more. */
  cancelScheduled(sequenceNumber: bigint): Promise<void>;
}

export interface Batch {
  /** False when it does not fit; the batch is then as it was. */
  add(message: Outgoing): boolean;
  /** Resolves when the broker has accepted all of it. */
  send(): Promise<void>;
}

export interface Receiver {
  /** Looks without locking, on an authorised link: proof of the Listen claim. Starts at a sequence number when one is given. */
  peek(max: number, fromSequenceNumber?: bigint): Promise<readonly Incoming[]>;
  /**
   * Locks up to `max` messages; resolves as soon as some are there. None means that an authorised, attached link stayed
   * empty for `waitMilliseconds`.
   */
  receive(max: number, waitMilliseconds: number): Promise<readonly LockedMessage[]>;
  /**
   * Messages as they arrive, until the signal aborts; what is locked by then is still handed out. Throws at the first error,
   * and Failure "unavailable" NoAnswer when the connection has died without a word; what was handed out then comes again.
   */
  tail(signal: AbortSignal, tailing?: TailOptions): AsyncIterable<readonly LockedMessage[]>;
}

export type TailOptions = {
  /** Told each time that the link is open: an SDK that opens it anew by itself says so to nobody else. */
  readonly onOpened?: () => void;
  /** Told now and then that the connection has brought something, be it a mere sign of life. */
  readonly onActivity?: () => void;
  readonly keepalive?: KeepaliveOptions;
};

/** How long a connection may be silent before it is asked for a sign of life, and how long it may take to give one. */
export type KeepaliveOptions = { readonly silenceMilliseconds: number; readonly answerMilliseconds: number };

/** A message locked for us: settled once, or given back when its lock ends. */
export type LockedMessage = {
  readonly message: Incoming;
  readonly lockedUntil: Date;
  complete(): Promise<void>;
  abandon(): Promise<void>;
  /** Moves the message to the queue's dead letters. */
  deadLetter(reason: string, description: string): Promise<void>;
  /** From then on it is locked for the queue's lock duration again; in a session, the whole session is. */
  renewLock(): Promise<void>;
};
