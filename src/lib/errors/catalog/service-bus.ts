import type { CatalogEntry } from "./catalog-entry.ts";

/** Service Bus: the SDK's `ServiceBusError.code`; the two refusals that hide behind UnauthorizedAccess have names of their own. */
export const serviceBusRemedies: Readonly<Record<string, CatalogEntry>> = {
  UnauthorizedAccess: {
    kind: "forbidden",
    cause:
      "the app has no {claim} claim there: {customer} has not granted the role, it is not effective yet, or the queue's name is wrong",
    actor: "customer's administrator",
    next: "xtenant grant {customer} --wait (a new role takes up to 10 minutes)",
    retryable: true,
  },
  InvalidIssuer: {
    kind: "auth",
    cause: "namespace {namespace} does not belong to tenant {tenant}",
    actor: "operator",
    next: "correct tenantId or namespace of customers.{customer} in the config",
  },
  IpNotAllowed: {
    kind: "forbidden",
    cause: "the firewall of {namespace} does not admit this machine's address",
    actor: "customer's administrator",
    next: "ask {customer} to admit the address, or use a private endpoint",
  },
  MessagingEntityNotFound: {
    kind: "notFound",
    cause: "{namespace} has no such queue, or no such namespace exists",
    actor: "operator",
    next: "check namespace and queue names of customers.{customer} in the config",
  },
  MessagingEntityDisabled: {
    kind: "conflict",
    cause: "the queue is disabled",
    actor: "customer's administrator",
    next: "ask {customer} to enable the queue",
  },
  MessageSizeExceeded: {
    kind: "usage",
    cause: "the message is larger than the queue accepts",
    actor: "operator",
    next: "send a smaller body, or a reference to where the content is",
  },
  QuotaExceeded: {
    kind: "unavailable",
    cause: "the queue is full (dead letters count too)",
    actor: "customer's administrator",
    next: "ask {customer} to drain the queue",
  },
  ServiceBusy: {
    kind: "unavailable",
    cause: "the namespace throttles",
    actor: "nobody",
    next: "wait at least 10 seconds, then repeat",
    retryable: true,
  },
  ServiceTimeout: {
    kind: "unavailable",
    cause: "the service did not answer in time; whether a message was accepted is unknown",
    actor: "operator",
    next: "repeat with the same --message-id",
    retryable: true,
  },
  ServiceCommunicationProblem: {
    kind: "unavailable",
    cause: "the connection broke; whether a message was accepted is unknown",
    actor: "operator",
    next: "repeat with the same --message-id",
    retryable: true,
  },
  MessageNotFound: {
    kind: "notFound",
    cause: "the queue has no such message: it was delivered, cancelled or has expired",
    actor: "operator",
    next: "look at what is there: xtenant scheduled list {customer}; xtenant poll {customer} --peek",
  },
  MessageLockLost: {
    kind: "unavailable",
    cause: "the lock on the message ended before it was settled; it will be delivered again",
    actor: "nobody",
    next: "nothing; expect the message once more",
    retryable: true,
  },
  GeneralError: {
    kind: "unavailable",
    cause: "{namespace} cannot be reached (name, network, private endpoint, or port 5671 blocked)",
    actor: "operator",
    next: "check the namespace's name; where port 5671 is blocked: --transport websocket (port 443)",
    retryable: true,
  },
  SessionLockLost: {
    kind: "unavailable",
    cause: "the lock on the session ended; its messages will be delivered again",
    actor: "nobody",
    next: "nothing; expect the messages once more",
    retryable: true,
  },
  SessionCannotBeLocked: {
    kind: "conflict",
    cause: "somebody else holds the session, and so its messages",
    actor: "operator",
    next: "end the other receiver, or wait until its lock ends",
    retryable: true,
  },
  SessionRequired: {
    kind: "conflict",
    cause: "the queue requires sessions: its messages are read session by session",
    actor: "operator",
    next: "xtenant poll reads such a queue by itself; another program must accept sessions",
  },
  LocalAuthDisabled: {
    kind: "auth",
    cause: "the namespace accepts Entra identities only, and was offered a shared key",
    actor: "operator",
    next: "use Entra identities; xtenant never uses shared keys",
  },
};
