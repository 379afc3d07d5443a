import type { MessageCounts } from "../domain/message-counts.ts";
import type { FailureRecord } from "../errors/failure.ts";

/** The severity of a customer's state. "unknown": the provider itself failed, so that nothing is known of the customer. */
export type Level = "ok" | "warning" | "unknown" | "critical";

/** The counts of a queue and their source: the namespace itself, or peeking each message. "unknown" when neither is possible. */
export type QueueState = {
  readonly queue: string;
  /** How many of the active messages are deferred, among the first that a peek returns; absent for none. */
  readonly deferred?: number;
} & (
  | ({ readonly counts: "administration" } & MessageCounts)
  | ({
      readonly counts: "peek";
      /** Counting stopped early: the queue has at least this number of messages. */
      readonly atLeast: boolean;
    } & MessageCounts)
  | {
      readonly counts: "unknown";
      /** Why; absent where it is another failure. Least privilege gives no Listen role on the command queue. */
      readonly reason?: "no-listen-role";
    }
);

export type ClaimState = "held" | "refused" | "unknown";

/** The state of one customer at one time, as far as it could be determined. */
export type CustomerState = {
  readonly type: "customer";
  readonly at: string;
  readonly customer: string;
  readonly tenantId: string;
  readonly namespace: string;
  readonly level: Level;
  /** The reasons for the level. */
  readonly findings: readonly string[];
  /** What the findings concern, where no error says what to do. */
  readonly concerns?: readonly Concern[];
  /** Proved by a token. */
  readonly consent: "given" | "refused" | "unknown";
  /** Proved by links. */
  readonly claims: { readonly send: ClaimState; readonly listen: ClaimState };
  /** Days until the credential of the app expires; absent when it never expires or the date is not known. */
  readonly credentialDaysLeft?: number;
  readonly commands: QueueState;
  readonly statuses: QueueState;
  /** When the oldest status in the queue was enqueued; absent when the queue is empty or could not be read. */
  readonly oldestStatusAt?: string;
  /** The result of a ping, if it was requested. */
  readonly roundTrip?: { readonly outcome: "answered" | "unanswered"; readonly milliseconds: number };
  readonly errors: readonly FailureRecord[];
};

export type Concern =
  | "status-waiting"
  | "command-dead-letters"
  | "status-dead-letters"
  | "ping-unanswered"
  | "credential-ending";

/** The observed facts. The level is evaluated separately. */
export type Observation = Omit<CustomerState, "level" | "findings" | "concerns">;
