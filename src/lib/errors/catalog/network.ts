import type { CatalogEntry, CatalogPart } from "./catalog-entry.ts";

const unreachable: CatalogEntry = {
  kind: "unavailable",
  cause: "a service of this cloud cannot be reached",
  retryable: true,
};
const noTokenHere: CatalogEntry = { kind: "auth", cause: "the configured credential gives no token on this machine" };

/** Codes of the operating system, of the network libraries and of the identity SDK: no service was reached. */
export const network = {
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  ECONNREFUSED: unreachable,
  ECONNRESET: unreachable,
  ETIMEDOUT: unreachable,
  ENETUNREACH: unreachable,
  EHOSTUNREACH: unreachable,
  EPIPE: unreachable,
  endpoints_resolution_error: unreachable,
  network_error: unreachable,
  ConnectionFailed: unreachable,
  OperationTimeout: unreachable,
  NoAnswer: { kind: "unavailable", cause: "a service did not answer in time", retryable: true },
  ForeignAnswer: {
    kind: "unavailable",
    cause:
      "the answer is not from Azure: a proxy, a gateway or a network that requires a sign-in answered in its place",
    retryable: true,
  },
  TooManyOpenFiles: {
    kind: "unavailable",
    cause: "this process has no file descriptor left: it needs one for each customer, and 100 more",
    retryable: true,
  },
  HeapLimitReached: { kind: "unavailable", cause: "the memory that Node allows to this process is used up" },
  AnswerTooLarge: { kind: "unavailable", cause: "an answer is larger than any answer of Azure" },
  InvalidAmqp: {
    kind: "unavailable",
    cause: "{namespace} answered with bytes that are not valid AMQP, so xtenant ended this connection",
  },
  CertificateNotTrusted: {
    kind: "unavailable",
    cause: "a service of this cloud shows a certificate that this machine does not trust",
  },
  ProxyInvalid: { kind: "usage", cause: "a variable does not name an HTTP proxy" },
  ProxyAuthenticationRequired: { kind: "unavailable", cause: "the proxy requires a sign-in" },
  LinkNotOpened: {
    kind: "unavailable",
    cause: "the link to the queue was lost and did not open again",
    retryable: true,
  },
  CredentialUnavailableError: noTokenHere,
  AuthenticationRequiredError: noTokenHere,
  AuthenticationError: noTokenHere,
} as const satisfies CatalogPart;
