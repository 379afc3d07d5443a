import type { FailureCode } from "./catalog/catalog.ts";

type Text = readonly [pattern: RegExp, code: FailureCode];

/** Refusals that Service Bus gives under a code that says nothing. */
const refusals: readonly Text[] = [
  // What a receiver without a session hears.
  [/entity that requires sessions/, "SessionRequired"],
  // What a receiver or a peek hears where the queue has `forwardTo`.
  [/entity with auto-forwarding enabled/, "QueueForwards"],
  // What the SDK throws for a message that it knows to be settled or lost already.
  [/has either been deleted or already settled/, "MessageLockLost"],
];

/** Refusals that have the same code as a missing claim. */
const unauthorized: readonly Text[] = [
  [/InvalidIssuer/, "InvalidIssuer"],
  [/LocalAuthDisabled/, "LocalAuthDisabled"],
  [/Ip has been prevented/i, "IpNotAllowed"],
  [/\b(?:ExpiredToken|InvalidSignature|MalformedToken|InvalidAudience|InvalidToken)\b/, "TokenNotAccepted"],
];

const claimMissing: Text = [/claim\(s\) (?:is|are) required/, "UnauthorizedAccess"];

/** The names of AMQP conditions, as logs of other clients show them (AMQP 1.0, 2.8.15; Service Bus, AMQP errors). */
const conditions: readonly Text[] = [
  [/\bamqp:unauthorized-access\b/, "UnauthorizedAccess"],
  [/\bamqp:not-found\b/, "MessagingEntityNotFound"],
  [/\bamqp:resource-limit-exceeded\b/, "QuotaExceeded"],
  [/\bamqp:link:message-size-exceeded\b/, "MessageSizeExceeded"],
  [/\bcom\.microsoft:server-busy\b/, "ServiceBusy"],
  [/\bcom\.microsoft:timeout\b/, "ServiceTimeout"],
  [/\bcom\.microsoft:entity-disabled\b/, "MessagingEntityDisabled"],
  [/\bcom\.microsoft:message-lock-lost\b/, "MessageLockLost"],
  [/\bcom\.microsoft:session-lock-lost\b/, "SessionLockLost"],
  [/\bcom\.microsoft:session-cannot-be-locked\b/, "SessionCannotBeLocked"],
];

const find = (texts: readonly Text[], text: string) => texts.find(([pattern]) => pattern.test(text))?.[1];

export const codeOfRefusal = (text: string): FailureCode | undefined => find(refusals, text);

/** One code stands for several refusals; only the text differs. */
export const codeOfUnauthorized = (text: string): FailureCode => find(unauthorized, text) ?? "UnauthorizedAccess";

/** The code of a text that was pasted. */
export const codeOfServiceText = (text: string): FailureCode | undefined =>
  find([...refusals, ...unauthorized, claimMissing, ...conditions], text);
