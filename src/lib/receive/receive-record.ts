import { type Customer, type Provenance, provenanceOf, type QueueRole } from "../domain/customer.ts";
import type { JsonValue } from "../domain/json-value.ts";
import type { Incoming } from "../domain/message.ts";
import type { Writable } from "../domain/message-line.ts";
import { addMessage, type MessageRecord } from "../domain/message-record.ts";
import { statusDetail, statusOutcome } from "../domain/status-fields.ts";
import { traceOf } from "../domain/trace-context.ts";
import { expectedFailure, type FailureRecord, failureRecord } from "../errors/failure.ts";
import type { MessageContract } from "./message-contract.ts";

/** The records that receiving gives. */
export type ReceiveRecord = MessageReceived | Delivered | SkippedMessages | CustomerFailed | Recovered | Heartbeat;

export type MessageReceived = { readonly type: "message" } & Provenance &
  MessageRecord & {
    /** What the worker reports of the command; absent when the message does not say it. */
    readonly outcome?: "succeeded" | "failed";
    /** Why the command failed, as the worker describes it. */
    readonly detail?: string;
    /** Absent for an active message. Deferred messages are received by number: `poll --sequence`. */
    readonly state?: "deferred" | "scheduled";
    /** Set when the body breaks the contract for statuses that the config names. */
    readonly contract?: { readonly valid: false; readonly errors: readonly string[] };
  };
/** A message that went to a sink, without its content. */
export type Delivered = { readonly type: "delivered" } & Provenance & {
    readonly to: "file" | "exec" | "forward" | "url";
    readonly outcome: "accepted" | "refused";
    readonly messageId?: string;
    readonly traceId?: string;
    readonly sequenceNumber: string;
    readonly deliveryCount: number;
    readonly details: { readonly [name: string]: JsonValue | undefined };
  };
/** Messages that did not match, but had to be locked to reach those behind them. They were abandoned and count one delivery more. */
export type SkippedMessages = { readonly type: "skipped" } & Provenance & { readonly messages: number };
export type CustomerFailed = { readonly type: "failed" } & Provenance & { readonly error: FailureRecord };
export type Recovered = { readonly type: "recovered" } & Provenance;
/** Shows at intervals that receiving still runs. */
export type Heartbeat = {
  readonly type: "heartbeat";
  readonly at: string;
  readonly customers: number;
  readonly failing: readonly string[];
  readonly messages: number;
};

/** A message that counts towards `--max`. */
export const isAccepted = (event: ReceiveRecord): event is MessageReceived | Delivered =>
  event.type === "message" || (event.type === "delivered" && event.outcome === "accepted");

/** The state of a message where it is not active. */
export const stateOf = ({ state }: Incoming): { readonly state?: "deferred" | "scheduled" } =>
  state === "active" ? {} : { state };

/** A message that breaks the contract is flagged, never dropped. */
export function receivedRecord(
  customer: Customer,
  incoming: Incoming,
  contract: MessageContract = () => [],
): MessageReceived {
  const errors = contract(incoming);
  const before = { type: "message" as const, ...provenanceOf(customer, "status") };
  const record: Writable<MessageReceived> = addMessage(before, incoming);
  const outcome = statusOutcome(incoming);
  if (outcome !== undefined) record.outcome = outcome;
  const detail = outcome === "failed" ? statusDetail(incoming) : undefined;
  if (detail !== undefined) record.detail = detail;
  if (incoming.state !== "active") record.state = incoming.state;
  if (errors.length > 0) record.contract = { valid: false, errors };
  return record;
}

export function deliveredRecord(
  customer: Customer,
  { messageId, sequenceNumber, deliveryCount, properties }: Incoming,
  { to, outcome, details = {} }: Pick<Delivered, "to" | "outcome"> & Partial<Pick<Delivered, "details">>,
): Delivered {
  const record: Writable<Partial<Delivered>> = { type: "delivered", ...provenanceOf(customer, "status"), to, outcome };
  if (messageId !== undefined) record.messageId = messageId;
  const trace = traceOf(properties);
  if (trace !== undefined) record.traceId = trace.traceId;
  return Object.assign(record, { sequenceNumber: String(sequenceNumber), deliveryCount, details }) as Delivered;
}

export const skippedRecord = (customer: Customer, messages: number): SkippedMessages => ({
  type: "skipped",
  ...provenanceOf(customer, "status"),
  messages,
});

export const failedRecord = (customer: Customer, error: unknown, role: QueueRole = "status"): CustomerFailed => ({
  type: "failed",
  ...provenanceOf(customer, role),
  error: failureRecord(expectedFailure(error)),
});

export const recoveredRecord = (customer: Customer, role: QueueRole = "status"): Recovered => ({
  type: "recovered",
  ...provenanceOf(customer, role),
});
