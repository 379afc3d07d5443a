import { resolve } from "node:path";
import { type Provenance, provenanceOf } from "../../lib/entry/customers.ts";
import {
  createCopySender,
  deadLetterLine,
  type RemovalRecord,
  removeDeadLetters,
} from "../../lib/entry/dead-letters.ts";
import { Failure, failureFromRecord } from "../../lib/entry/errors.ts";
import {
  bodySource,
  type InvalidRecord,
  messageLine,
  openContract,
  openRecordFile,
  parseDraft,
  type ScheduledRecord,
  type SentRecord,
  sendToCustomer,
  type UnknownRecord,
} from "../../lib/entry/messages.ts";
import { countText, plainLine } from "../../lib/entry/values.ts";
import type { Context } from "../context.ts";
import { remedyOf } from "../remedies/remedies.ts";
import type { Change } from "./browse-state.ts";

/** What `browse` changed, for the audit trail and for the lines after its end. */
export type ChangeRecord =
  | RemovalRecord
  | SentRecord
  | ScheduledRecord
  | UnknownRecord
  | InvalidRecord
  | ({ readonly type: "exported" } & Provenance & { readonly messages: number; readonly file: string });

/** Carries out what a person has confirmed, with the use cases of the commands. */
export async function* applyChange(context: Context, change: Change): AsyncGenerator<ChangeRecord> {
  switch (change.type) {
    case "resubmit":
    case "purge":
      return yield* remove(context, change, change.type);
    case "export":
      yield await exportMessages(context, change);
      return;
    case "send":
      return yield* sendEdited(context, change);
  }
}

/** The person has confirmed the messages by their sequence numbers: no other one is removed. */
const remove = (
  context: Context,
  { place: { customer, role: queue }, messages }: Change,
  word: "resubmit" | "purge",
): AsyncGenerator<RemovalRecord> =>
  removeDeadLetters(
    context,
    { names: [customer.name] },
    {
      ...{ queue, as: "provider", yes: true, journal: newFile(context, "dead-letter", customer.name) },
      sequence: messages.map(({ sequenceNumber }) => sequenceNumber),
    },
    {
      word,
      confirm: async () => {},
      onJournal: () => {},
      ...(word === "resubmit" ? { sender: (connection) => createCopySender(connection.sender(queue)) } : {}),
    },
  );

/** The lines are those of a journal: `send --ndjson` sends the same messages again. */
async function exportMessages(context: Context, { place, messages }: Change): Promise<ChangeRecord> {
  const { customer, role, isDeadLetter } = place;
  const where = provenanceOf(customer, role);
  const file = newFile(context, "export", `${customer.name}-${role}`);
  await using target = await openRecordFile(file);
  const lines = messages.map((message) => (isDeadLetter ? deadLetterLine(where, message) : messageLine(message)));
  await target.append(...lines.map((line) => JSON.stringify(line)));
  return { type: "exported", ...where, messages: messages.length, file };
}

const newFile = ({ terminal }: Context, what: string, of: string): string =>
  resolve(terminal.workingDirectory, `${what}-${of}-${new Date().toISOString().replaceAll(":", "")}.ndjson`);

async function* sendEdited(context: Context, { place, edited = "" }: Change): AsyncGenerator<ChangeRecord> {
  const { customer, role } = place;
  const { contracts } = await context.config.read();
  const contract = await openContract(role === "command" ? contracts.command : contracts.status);
  const source = bodySource(parseEdited(edited), 1, { template: false, contract });
  await using connection = await context.azure.connectAsProvider(customer);
  yield yield* sendToCustomer(connection, customer, { plan: { source }, queue: role, signal: context.signal });
}

/** Throws Failure "usage" that says what is wrong. */
export function parseEdited(text: string) {
  try {
    return parseDraft(text);
  } catch (cause) {
    throw new Failure("MessageLineInvalid", cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

type Summary = { readonly text: string; readonly isFailure?: true };

/** What came of a change, on one line. */
export function summaryOf(change: Change, records: readonly ChangeRecord[]): Summary {
  const failed = records.flatMap((record) =>
    (record.type === "kept" || record.type === "failed" || record.type === "invalid") && record.error
      ? [record.error]
      : [],
  );
  const [first] = failed;
  if (first)
    return { text: plainLine(`${failureFromRecord(first).message}; next: ${remedyOf(first)}`), isFailure: true };
  for (const record of records) {
    if (record.type === "exported")
      return { text: `exported ${countText(record.messages, "message")} to ${record.file}` };
    if (record.type === "sent") return { text: plainLine(`sent ${record.messageId ?? ""} to ${record.queue}`) };
    if (record.type === "scheduled") return { text: plainLine(`scheduled ${record.messageId}`) };
    if (record.type === "unknown")
      return { text: plainLine(`unknown whether ${record.messageId} was sent: no answer came`), isFailure: true };
    if (record.type !== "summary") continue;
    const { done, missed, journal } = record;
    const word = change.type === "purge" ? "purged" : "resubmitted";
    const text = `${word} ${countText(done, "dead letter")}${missed > 0 ? `, ${missed} not reached` : ""}; journal: ${journal ?? "none"}`;
    return missed > 0 ? { text, isFailure: true } : { text };
  }
  return { text: "nothing was changed" };
}
