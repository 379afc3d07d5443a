import { createHash } from "node:crypto";
import type { Incoming } from "./message.ts";
import { isPlainText, textOfBody } from "./message-body.ts";
import { longestId } from "./message-limits.ts";
import { readBody } from "./message-record.ts";

/** The message id of a command's status: always the same for the same command. */
export function statusId({ messageId, sequenceNumber }: Pick<Incoming, "messageId" | "sequenceNumber">): string {
  const id = `status-${messageId || sequenceNumber}`;
  return id.length <= longestId ? id : `status-${createHash("sha256").update(id).digest("hex")}`;
}

/** A field of a status, from a property or from its JSON body; undefined when it is missing. */
export function statusOutcome(status: Incoming): "succeeded" | "failed" | undefined {
  const outcome = said(status, "outcome");
  return outcome === "failed" || outcome === "succeeded" ? outcome : undefined;
}

/** Why a command failed, as the customer's worker describes it. */
export function statusDetail(status: Incoming): string | undefined {
  const detail = said(status, "detail");
  return typeof detail === "string" && detail !== "" ? detail : undefined;
}

function said(status: Incoming, name: "outcome" | "detail"): unknown {
  const property = status.properties[name];
  if (property !== undefined && property !== null) return property;
  // Most bodies do not contain the name, and need not be parsed. This runs for each message of a stream.
  if (!contains(status, `"${name}"`)) return undefined;
  const read = readBody(status);
  return typeof read === "object" && read !== null ? Object.getOwnPropertyDescriptor(read, name)?.value : undefined;
}

function contains(status: Incoming, text: string): boolean {
  const { body } = status;
  if (isPlainText(status)) return Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(text);
  return textOfBody(status)?.includes(text) === true;
}
