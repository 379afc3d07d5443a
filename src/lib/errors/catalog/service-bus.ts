import type { CatalogPart } from "./catalog-entry.ts";

/**
 * Codes of Service Bus: the SDK's `ServiceBusError.code`. The refusals that the SDK reports as UnauthorizedAccess have
 * codes of their own here.
 */
export const serviceBus = {
  UnauthorizedAccess: {
    kind: "forbidden",
    cause:
      "the app has no {claim} claim: {customer} has not granted the role, the role is not effective yet, or the queue name is wrong",
    actor: "customer's administrator",
    retryable: true,
  },
  InvalidIssuer: { kind: "auth", cause: "namespace {namespace} does not belong to tenant {tenant}" },
  IpNotAllowed: {
    kind: "forbidden",
    cause: "the firewall of {namespace} does not allow the address of this machine",
    actor: "customer's administrator",
  },
  MessagingEntityNotFound: {
    kind: "notFound",
    cause: "{namespace} has no such queue, or the namespace does not exist",
  },
  MessagingEntityDisabled: { kind: "conflict", cause: "the queue is disabled", actor: "customer's administrator" },
  MessageSizeExceeded: { kind: "usage", cause: "the message is larger than the queue accepts" },
  QuotaExceeded: {
    kind: "unavailable",
    cause: "the queue is full (dead letters count too)",
    actor: "customer's administrator",
  },
  ServiceBusy: {
    kind: "unavailable",
    cause: "the namespace is throttling requests",
    actor: "nobody",
    retryable: true,
  },
  ServiceTimeout: {
    kind: "unavailable",
    cause: "the service did not answer in time; whether a message was accepted is unknown",
    retryable: true,
  },
  ServiceCommunicationProblem: {
    kind: "unavailable",
    cause: "the connection broke; whether a message was accepted is unknown",
    retryable: true,
  },
  MessageNotFound: {
    kind: "notFound",
    cause: "the queue has no such message: it was delivered, cancelled or has expired",
  },
  MessageLockLost: {
    kind: "unavailable",
    cause: "the lock on the message ended before the message was settled; Service Bus will redeliver it",
    actor: "nobody",
    retryable: true,
  },
  GeneralError: {
    kind: "unavailable",
    cause: "{namespace} cannot be reached (name, network, private endpoint, or port 5671 blocked)",
    retryable: true,
  },
  SessionLockLost: {
    kind: "unavailable",
    cause: "the lock on the session ended; Service Bus will redeliver its messages",
    actor: "nobody",
    retryable: true,
  },
  SessionCannotBeLocked: {
    kind: "conflict",
    cause: "another receiver holds the session and its messages",
    retryable: true,
  },
  SessionRequired: { kind: "conflict", cause: "the queue requires sessions" },
  QueueForwards: {
    kind: "conflict",
    cause: "the queue forwards its messages to another queue: nothing can be received from it",
    actor: "customer's administrator",
  },
  LocalAuthDisabled: {
    kind: "auth",
    cause: "the namespace accepts Entra identities only, and a shared key was used",
  },
  ArgumentError: { kind: "usage", cause: "Service Bus rejects a value in the request" },
  InternalServerError: {
    kind: "unavailable",
    cause: "Service Bus had an internal error; whether a message was accepted is unknown",
    actor: "Microsoft",
    retryable: true,
  },
  TokenNotAccepted: {
    kind: "auth",
    cause: "{namespace} does not accept the token: it has expired, is damaged, or is for another service",
    retryable: true,
  },
  AdministrationRefused: {
    kind: "auth",
    cause: "the administration API of {namespace} refused the request without a reason",
    actor: "customer's administrator",
    retryable: true,
  },
  UnknownAzureCode: { kind: "unavailable", cause: "Azure answered with a code that xtenant does not know" },
} as const satisfies CatalogPart;
