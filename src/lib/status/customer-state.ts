import type { MessageCounts } from "../domain/message-counts.ts";
import type { FailureRecord } from "../errors/failure.ts";

/** Whether something of a customer's is as it should be, and how bad it is when not. */
export type Level = "ok" | "warning" | "critical";

/** What a queue holds, and who counted: the namespace itself, or we, message by message. Not known: nobody could. */
export type QueueState = { readonly queue: string } & (
  | ({ readonly counts: "administration" } & MessageCounts)
  | ({
      readonly counts: "peek";
      /** There are at least so many: counting was given up. */
      readonly atLeast: boolean;
    } & MessageCounts)
  | { readonly counts: "unknown" }
);

export type ClaimState = "held" | "refused" | "unknown";

/** One customer at one moment, as far as it could be seen. */
export type CustomerState = {
  readonly type: "customer";
  readonly at: string;
  readonly customer: string;
  readonly tenantId: string;
  readonly namespace: string;
  readonly level: Level;
  /** Why the level is what it is, in words. */
  readonly findings: readonly string[];
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
  /** Of a ping, where one was asked for. */
  readonly roundTrip?: { readonly outcome: "answered" | "unanswered"; readonly milliseconds: number };
  readonly errors: readonly FailureRecord[];
};

/** What is seen; the level is judged apart. */
export type Observation = Omit<CustomerState, "level" | "findings">;
