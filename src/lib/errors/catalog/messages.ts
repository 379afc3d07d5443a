import type { CatalogPart } from "./catalog-entry.ts";

/** Messages that are sent, received, answered, forwarded and taken from the dead-letter queue. */
export const messages = {
  BodyMissing: { kind: "usage", cause: "the message has no body" },
  MessageLineInvalid: { kind: "usage", cause: "a line of the input is not a message" },
  IdTooLong: { kind: "usage", cause: "an id of the message is longer than Service Bus accepts" },
  LinesSkipped: { kind: "partial", cause: "lines of the input cannot be sent; the other lines were sent" },
  TemplateInvalid: { kind: "usage", cause: "the template is not valid" },
  SavedCommandNotFound: { kind: "notFound", cause: "the config has no saved command with this name" },
  SavedCommandInvalid: { kind: "usage", cause: "a saved command of the config cannot be used" },
  FieldInvalid: { kind: "usage", cause: "a field of the saved command is missing or not valid" },
  AnswerUnexpected: {
    kind: "reported",
    cause: "the status is not the answer that the saved command expects",
    actor: "customer's administrator",
  },
  ContractInvalid: { kind: "usage", cause: "the contract is not a usable JSON Schema" },
  ContractViolated: { kind: "usage", cause: "the body does not match the contract of commands" },
  SendIncomplete: {
    kind: "partial",
    cause: "some messages were accepted or have an unknown outcome; the others were not sent",
    retryable: true,
  },
  NoStatus: { kind: "timeout", cause: "no status of the command arrived in time", retryable: true },
  CommandFailed: { kind: "reported", cause: "the customer reported that the command failed", actor: "nobody" },
  StatusesFailed: { kind: "reported", cause: "statuses report failed commands", actor: "nobody" },
  WhereInvalid: { kind: "usage", cause: "the expression of --where is not valid" },
  ForwardInvalid: { kind: "usage", cause: "the address of --forward is not valid" },
  WebhookInvalid: { kind: "usage", cause: "the address of --to-url is not valid" },
  WebhookUnreachable: { kind: "unavailable", retryable: true, cause: "the server of --to-url does not answer" },
  ExecFailed: { kind: "usage", cause: "the program of --exec cannot be run" },
  OutputUnusable: { kind: "usage", cause: "records cannot be added to the file safely" },
  OutputFailed: { kind: "unavailable", cause: "the output cannot be written", retryable: true },
  ProviderQueueRefused: {
    kind: "forbidden",
    cause: "the app cannot send to the provider's own queue",
    actor: "provider's administrator",
    retryable: true,
  },
  ReceiveTimedOut: { kind: "timeout", cause: "the time was over before all messages were received", retryable: true },
  MessagesMissed: {
    kind: "partial",
    cause: "messages in the queue were not delivered: another receiver holds them, or the namespace does not deliver",
    retryable: true,
  },
  MessageNotDeferred: {
    kind: "conflict",
    cause: "the message is not deferred; only deferred messages are received by number",
  },
  MessagesRefused: { kind: "partial", cause: "the program of --exec refused messages; they are in their queues again" },
  RejectedRepeatedly: {
    kind: "conflict",
    cause:
      "a message was refused on several deliveries; polling of the customer stopped before it becomes a dead letter",
  },
  LastDelivery: {
    kind: "conflict",
    cause: "a message is at its maximum delivery count; abandoning it would dead-letter it",
  },
  TooManyHeldBack: { kind: "conflict", cause: "more messages would have to be held back than xtenant can hold" },
  DeadLetterOutOfReach: { kind: "conflict", cause: "too many other dead letters are before the selected ones" },
  DeadLettersMissed: {
    kind: "partial",
    cause: "some dead letters were not reached: another receiver holds them or has taken them",
    retryable: true,
  },
  DeadLetterNotFound: { kind: "notFound", cause: "the queue has no dead letter with this number" },
  DeadLetterKept: { kind: "unavailable", cause: "the message is still a dead letter", retryable: true },
  DeadLetterCopied: {
    kind: "unavailable",
    cause: "a copy was sent, and the message is still a dead letter",
    retryable: true,
  },
  DeadLetterUnsendable: { kind: "usage", cause: "the dead letter cannot be sent unchanged" },
  ResubmitRefused: {
    kind: "forbidden",
    cause: "the identity has no Send claim on the queue of the dead letters",
    actor: "customer's administrator",
  },
  ResponderCannotResubmit: {
    kind: "forbidden",
    cause: "{customer}'s responder receives commands and may not send them",
  },
  NotPinged: { kind: "timeout", cause: "the customer's worker was not pinged", retryable: true },
} as const satisfies CatalogPart;
