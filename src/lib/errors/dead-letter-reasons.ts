/** Why a message was dead-lettered: the reasons that Service Bus and `respond` write, which are no codes of errors. */
export const deadLetterReasons = {
  MaxDeliveryCountExceeded: {
    cause: "the message was delivered as often as the queue allows, and no delivery was completed",
    next: "find out why its consumer gave it back, then: xtenant dead-letter resubmit <customer> --reason MaxDeliveryCountExceeded",
  },
  TTLExpiredException: {
    cause: "nobody completed the message before its time to live ended",
    next: "start the consumer, then: xtenant dead-letter resubmit <customer> --reason TTLExpiredException --time-to-live 1d",
  },
  HeaderSizeExceeded: {
    cause: "the properties of the message grew beyond the limit of Service Bus",
    next: "xtenant dead-letter show <customer> --reason HeaderSizeExceeded --json; send it again with fewer properties",
  },
  HandlerFailed: {
    cause: "the customer's worker, `xtenant respond --exec`, failed at every attempt, and sent a failed status",
    next: "correct the program, then send the command again; the customer removes the dead letter: xtenant dead-letter purge <customer> --queue command --as responder",
  },
} as const;

export type DeadLetterReason = keyof typeof deadLetterReasons;

/** The reason that a person typed, or that a pasted text contains. */
export function findDeadLetterReason(text: string): DeadLetterReason | undefined {
  const lower = text.toLowerCase();
  return (Object.keys(deadLetterReasons) as DeadLetterReason[]).find((reason) => lower.includes(reason.toLowerCase()));
}
