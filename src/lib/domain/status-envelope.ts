import type { Incoming, Outgoing } from "./message.ts";
import { contentTypeOf } from "./message-record.ts";
import { omitUndefined } from "./omit-undefined.ts";
import { isPing, pingStatusMilliseconds } from "./ping.ts";
import { statusId } from "./status-fields.ts";
import { traceOf, traceProperties } from "./trace-context.ts";

/** The result of a command. */
export type HandlerResult = {
  readonly outcome: "succeeded" | "failed";
  readonly exitCode: number;
  readonly output: Uint8Array;
  readonly contentType?: string;
  /** Why it failed, for the provider. */
  readonly detail?: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
};

/** The part of a command that its status repeats. */
export type AnsweredMessage = Pick<
  Incoming,
  | "messageId"
  | "messageIdType"
  | "sequenceNumber"
  | "sessionId"
  | "replyToSessionId"
  | "subject"
  | "properties"
  | "deliveryCount"
>;

/**
 * The status of a command. The body is the handler's output, and the envelope (docs/status-envelope.md) is in application
 * properties. A raw status has no envelope, only body and ids, as in the pattern's sample. Both belong to the trace of the
 * command, if it has one.
 */
export function buildStatus(
  command: AnsweredMessage,
  handled: HandlerResult,
  { raw }: { readonly raw: boolean },
): Outgoing {
  const { output, contentType } = handled;
  const trace = traceProperties(traceOf(command.properties));
  const bare: Outgoing = {
    messageId: statusId(command),
    body: output,
    ...omitUndefined({
      correlationId: command.messageId,
      correlationIdType: command.messageIdType,
      // A queue with sessions refuses a status without one. The sender can wait in a session of its own.
      sessionId: command.replyToSessionId ?? command.sessionId,
      timeToLive: isPing(command) ? pingStatusMilliseconds : undefined,
      properties: Object.keys(trace).length > 0 ? trace : undefined,
    }),
  };
  if (raw) return bare;
  return {
    ...bare,
    ...omitUndefined({ contentType: contentType ?? contentTypeOf(output), subject: command.subject }),
    properties: { ...trace, ...envelope(command, handled) },
  };
}

/** Times are text, which every client reads in the same way. */
const envelope = (command: AnsweredMessage, { outcome, exitCode, detail, startedAt, finishedAt }: HandlerResult) => ({
  outcome,
  exitCode,
  ...omitUndefined({ detail }),
  startedAt: startedAt.toISOString(),
  finishedAt: finishedAt.toISOString(),
  attempt: command.deliveryCount,
});
