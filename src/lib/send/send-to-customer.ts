import type { Context } from "../../cli/context.ts";
import { type Customer, type Provenance, provenance, type QueueRole } from "../domain/customer.ts";
import type { Outgoing } from "../domain/message.ts";
import { defined } from "../domain/omit-undefined.ts";
import { Failure } from "../errors/failure.ts";
import type { Mailbox } from "../ports/azure-services.ts";
import { deliver, type Outcome, type Told } from "./deliver-messages.ts";
import { type Measured, requireFit } from "./message-size.ts";
import type { Source } from "./message-source.ts";
import { createPace } from "./rate-limiter.ts";

/** All that goes to each Customer. */
export type Plan = {
  readonly source: Source;
  /** What a first reading found; absent for a stream. */
  readonly surveyed?: { readonly messages: number; readonly largest: number };
  readonly perSecond?: number | undefined;
  readonly progress?: (customer: Customer, accepted: number) => void;
};

export type Sent = { readonly type: "sent" } & Provenance & {
    readonly messages: number;
    readonly bytes: number;
    /** When it was one message. */
    readonly messageId?: string;
    readonly correlationId?: string;
  };
export type Scheduled = { readonly type: "scheduled" } & Provenance & {
    readonly messageId: string;
    readonly scheduledAt: string;
    readonly sequenceNumber: string;
  };
export type Unknown = { readonly type: "unknown" } & Provenance & { readonly messageId: string };

/** One Customer's share of the plan; throws what went wrong, after telling which messages may or may not have arrived. */
export async function* toCustomer(
  mailbox: Mailbox,
  customer: Customer,
  { plan, queue, signal }: { readonly plan: Plan; readonly queue: QueueRole } & Pick<Context, "signal">,
): AsyncGenerator<Sent | Scheduled | Unknown, Sent> {
  const { source, surveyed, perSecond, progress } = plan;
  const outbox = await mailbox.outbox(queue);
  const limit = await outbox.maxMessageBytes();
  const size = (message: Outgoing) => outbox.size(message);
  const mustFit = (one: Measured) => requireFit(one, { limit, size });
  if (surveyed && surveyed.largest > limit) for await (const some of source.open(customer)) some.forEach(mustFit);
  const first: { message?: Outgoing } = {};
  const portions = checked(source.open(customer), (one) => {
    first.message ??= one.message;
    if (!surveyed) mustFit(one);
  });
  const telling = deliver(outbox, portions, {
    signal,
    pace: perSecond === undefined ? undefined : createPace(perSecond),
    progress: (accepted) => progress?.(customer, accepted),
  });
  const where = provenance(customer, queue);
  let step = await telling.next();
  for (; !step.done; step = await telling.next()) yield record(where, step.value);
  const outcome = step.value;
  if (outcome.failure) throw explained(outcome.failure, outcome);
  const only = outcome.accepted === 1 ? first.message : undefined;
  const ids = only ? { messageId: only.messageId, ...defined({ correlationId: only.correlationId }) } : {};
  return { type: "sent", ...where, ...ids, messages: outcome.accepted, bytes: outcome.bytes };
}

async function* checked(portions: AsyncIterable<readonly Measured[]>, check: (one: Measured) => void) {
  for await (const portion of portions) {
    // A message that is wrong does not hold back those before it.
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

const record = (where: Provenance, told: Told): Scheduled | Unknown => {
  const { messageId } = told.message;
  return told.type === "unknown"
    ? { type: "unknown", ...where, messageId }
    : {
        type: "scheduled",
        ...where,
        messageId,
        scheduledAt: told.at.toISOString(),
        sequenceNumber: String(told.sequenceNumber),
      };
};

/** The failure with what became of the messages. */
function explained(failure: Failure, { accepted, unknown }: Outcome): Failure {
  if (accepted + unknown === 0) return failure;
  const { kind, code, detail, hint, actor, retryable, cause } = failure;
  const counts = `${accepted} accepted, ${unknown} unknown, the others not sent`;
  return new Failure(accepted > 0 ? "partial" : kind, `${failure.message}; ${counts}`, {
    code,
    ...defined({ detail }),
    hint:
      unknown + accepted > 0 && kind === "unavailable"
        ? "send the same again with the same message ids: a queue that detects duplicates keeps one of each"
        : (hint ?? "send what is left"),
    actor,
    retryable,
    cause,
  });
}
