import { createHash } from "node:crypto";
import type { Incoming } from "./message.ts";
import { readableBody } from "./message-record.ts";

/** Service Bus limits message ids to 128 characters (Service Bus quotas). */
const longestId = 128;

/** The message id of a command's status: always the same for the same command. */
export function statusId({ messageId, sequenceNumber }: Pick<Incoming, "messageId" | "sequenceNumber">): string {
  const id = `status-${messageId || sequenceNumber}`;
  return id.length <= longestId ? id : `status-${createHash("sha256").update(id).digest("hex")}`;
}

/** A body as bytes, whichever AMQP body section its sender used. */
export const bytesOf = (body: unknown): Uint8Array =>
  body instanceof Uint8Array ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body ?? null));

/** What a status says of its command, as a property or as a field of its JSON body; undefined when it says nothing. */
export function statusOutcome({ properties, body, contentType }: Incoming): "succeeded" | "failed" | undefined {
  const { body: read } = readableBody(body, contentType);
  const inBody = typeof read === "object" && read !== null && "outcome" in read ? read.outcome : undefined;
  const outcome = properties.outcome ?? inBody;
  return outcome === "failed" || outcome === "succeeded" ? outcome : undefined;
}
