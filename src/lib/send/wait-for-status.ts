import { type Customer, type Provenance, provenanceOf } from "../domain/customer.ts";
import type { Incoming } from "../domain/message.ts";
import { type MessageRecord, messageRecord } from "../domain/message-record.ts";
import { omitUndefined } from "../domain/omit-undefined.ts";
import { fieldOfRecord } from "../domain/record-field.ts";
import { statusDetail, statusOutcome } from "../domain/status-fields.ts";
import { Failure } from "../errors/failure.ts";
import type { NamespaceConnection, Receiver } from "../ports/azure-services.ts";
import { waitForMessage } from "./wait-for-message.ts";

export type StatusRecord = { readonly type: "status" } & Provenance &
  MessageRecord & { readonly commandId: string; readonly outcome?: "succeeded" | "failed"; readonly detail?: string };

type Wait = {
  readonly commandId: string;
  /** The field in which a responder without correlation ids repeats the command's id: `body.id`, `properties.command`, `subject`. */
  readonly correlate?: string;
  readonly milliseconds: number;
  /** When the wait ends, by `performance.now()`, where it began before: several customers have one deadline. */
  readonly deadline?: number;
  readonly signal: AbortSignal;
};

/**
 * Opens the link for the status while the command is sent, and gives the function that waits. A failure of the link is reported when
 * it is needed.
 */
export function prepareStatusWait(
  connection: NamespaceConnection,
  customer: Customer,
): (wait: Wait) => Promise<StatusRecord> {
  const opening = connection.receiver().then((receiver) => receiver.peek(1));
  opening.catch(() => {});
  return async (wait) => waitForStatus(await connection.receiver(), customer, wait);
}

/** The status of one command. It stays in its queue, for `poll`. Failure "timeout" when none arrives. */
export async function waitForStatus(receiver: Receiver, customer: Customer, wait: Wait): Promise<StatusRecord> {
  const { commandId, correlate, signal } = wait;
  const milliseconds = wait.deadline === undefined ? wait.milliseconds : wait.deadline - performance.now();
  const isWanted = (status: Incoming) =>
    correlate === undefined
      ? isStatusOf(status, commandId)
      : fieldOfRecord(messageRecord(status), correlate.split(".")) === commandId;
  const found = await waitForMessage(receiver, { milliseconds, signal, isWanted });
  if (found === undefined) throw silence(customer, wait);
  const outcome = statusOutcome(found);
  const detail = outcome === "failed" ? statusDetail(found) : undefined;
  return {
    type: "status",
    ...provenanceOf(customer, "status"),
    commandId,
    ...messageRecord(found),
    ...omitUndefined({ outcome, detail }),
  };
}

/** By its correlation id, or in a session by the name of the session. */
export const isStatusOf = ({ correlationId, sessionId }: Incoming, commandId: string): boolean =>
  isSameId(correlationId, commandId) || sessionId === commandId;

/** A responder may send the id back as a uuid, which has no upper case. */
const isSameId = (id: string | undefined, commandId: string) => id === commandId || id === commandId.toLowerCase();

const silence = ({ name }: Customer, { commandId, milliseconds }: Wait) =>
  new Failure(
    "NoStatus",
    `timed out after ${milliseconds / 1000} s waiting for the status of ${commandId} from ${name}; it may still arrive`,
    { params: { customer: name } },
  );

/** Failure "reported" when the status says that the command failed. */
export function requireSuccess({ outcome, detail, customer, commandId }: StatusRecord): void {
  if (outcome === "failed")
    throw new Failure("CommandFailed", `${customer} reports that ${commandId} failed`, {
      ...omitUndefined({ detail }),
    });
}
