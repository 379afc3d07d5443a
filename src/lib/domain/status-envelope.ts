import type { Incoming, Outgoing } from "./message.ts";
import { contentTypeOf } from "./message-record.ts";
import { omitUndefined } from "./omit-undefined.ts";
import { isPing, pingStatusMilliseconds } from "./ping.ts";
import { statusId } from "./status-fields.ts";
import { traceOf, traceProperties } from "./trace-context.ts";

/** How the handling of a command went. */
export type HandlerResult = {
  readonly outcome: "succeeded" | "failed";
  readonly exitCode: number;
  readonly output: Uint8Array;
  readonly contentType?: string;
  /** Why it failed, for the Provider to read. */
  readonly detail?: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
};

/**
 * The status of a command: the body is the handler's own bytes, the envelope (docs/status-envelope.md) is in application
 * properties. Raw is without the envelope: body and ids only, as the pattern's sample answers. Either belongs to the trace
 * of its command, if that has one.
 */
export function buildStatus(command: Incoming, handled: HandlerResult, { raw }: { readonly raw: boolean }): Outgoing {
  const { output, contentType } = handled;
  const trace = traceProperties(traceOf(command.properties));
  const bare: Outgoing = {
    messageId: statusId(command),
    body: output,
    ...omitUndefined({
      correlationId: command.messageId,
      // A queue with sessions takes no status without one; whoever asked may wait in a session of their own.
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

/** Times are text, which every client reads alike. */
const envelope = (command: Incoming, { outcome, exitCode, detail, startedAt, finishedAt }: HandlerResult) => ({
  outcome,
  exitCode,
  ...omitUndefined({ detail }),
  startedAt: startedAt.toISOString(),
  finishedAt: finishedAt.toISOString(),
  attempt: command.deliveryCount,
});
