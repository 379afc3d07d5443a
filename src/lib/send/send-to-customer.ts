import { type Customer, type Provenance, provenanceOf, type QueueRole } from "../domain/customer.ts";
import type { Outgoing } from "../domain/message.ts";
import { omitUndefined } from "../domain/omit-undefined.ts";
import type { Failure } from "../errors/failure.ts";
import type { NamespaceConnection } from "../ports/azure-services.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import { type DeliveryOutcome, type DeliveryReport, deliverMessages } from "./deliver-messages.ts";
import { type MeasuredMessage, requireSizeLimit } from "./message-size.ts";
import type { MessageSource } from "./message-source.ts";
import { createRateLimiter } from "./rate-limiter.ts";

/** The messages and options for each customer. */
export type SendPlan = {
  readonly source: MessageSource;
  /** The result of the first reading; absent for a stream. */
  readonly surveyed?: { readonly messages: number; readonly largest: number };
  readonly perSecond?: number;
  readonly progress?: (customer: Customer, accepted: number) => void;
};

export type SentRecord = { readonly type: "sent" } & Provenance & {
    readonly messages: number;
    readonly bytes: number;
    /** Set for a single message. */
    readonly messageId?: string;
    readonly correlationId?: string;
  };
export type ScheduledRecord = { readonly type: "scheduled" } & Provenance & {
    readonly messageId: string;
    readonly scheduledAt: string;
    readonly sequenceNumber: string;
  };
export type UnknownRecord = { readonly type: "unknown" } & Provenance & { readonly messageId: string };

/** Sends one customer's messages. After a failure, first reports the messages with an unknown outcome, then throws. */
export async function* sendToCustomer(
  connection: NamespaceConnection,
  customer: Customer,
  { plan, queue, signal }: { readonly plan: SendPlan; readonly queue: QueueRole } & Pick<UseCaseContext, "signal">,
): AsyncGenerator<SentRecord | ScheduledRecord | UnknownRecord, SentRecord> {
  const { source, surveyed, perSecond, progress } = plan;
  const sender = await connection.sender(queue);
  const limit = await sender.maxMessageBytes();
  const size = (message: Outgoing) => sender.size(message);
  const mustFit = (one: MeasuredMessage) => requireSizeLimit(one, { limit, size });
  if (surveyed && surveyed.largest > limit) for await (const some of source.open(customer)) some.forEach(mustFit);
  const first: { message?: Outgoing } = {};
  const portions = checked(source.open(customer), (one) => {
    first.message ??= one.message;
    if (!surveyed) mustFit(one);
  });
  const telling = deliverMessages(sender, portions, {
    signal,
    pace: perSecond === undefined ? undefined : createRateLimiter(perSecond),
    progress: (accepted) => progress?.(customer, accepted),
  });
  const where = provenanceOf(customer, queue);
  let step = await telling.next();
  for (; !step.done; step = await telling.next()) yield record(where, step.value);
  const outcome = step.value;
  if (outcome.failure) throw explained(outcome.failure, outcome);
  const only = outcome.accepted === 1 ? first.message : undefined;
  const ids = only ? { messageId: only.messageId, ...omitUndefined({ correlationId: only.correlationId }) } : {};
  return { type: "sent", ...where, ...ids, messages: outcome.accepted, bytes: outcome.bytes };
}

async function* checked(portions: AsyncIterable<readonly MeasuredMessage[]>, check: (one: MeasuredMessage) => void) {
  for await (const portion of portions) {
    // An invalid message does not stop the messages before it.
    for (const [index, one] of portion.entries()) {
      try {
        check(one);
      } catch (error) {
        yield portion.slice(0, index);
        throw error;
      }
    }
    yield portion;
  }
}

const record = (where: Provenance, report: DeliveryReport): ScheduledRecord | UnknownRecord => {
  const { messageId } = report.message;
  return report.type === "unknown"
    ? { type: "unknown", ...where, messageId }
    : {
        type: "scheduled",
        ...where,
        messageId,
        scheduledAt: report.at.toISOString(),
        sequenceNumber: String(report.sequenceNumber),
      };
};

/** The failure with the counts of the messages. */
function explained(failure: Failure, { accepted, unknown }: DeliveryOutcome): Failure {
  if (accepted + unknown === 0) return failure;
  const counts = `${accepted} accepted, ${unknown} unknown, the others not sent`;
  return failure.with({
    kind: accepted > 0 ? "partial" : failure.kind,
    message: `${failure.message}; ${counts}`,
    ...(failure.kind === "unavailable" ? { remedy: "SendIncomplete" } : {}),
  });
}
