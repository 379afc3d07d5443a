import { messageTooLarge, sessionLockLost } from "../amqp-errors.ts";
import { MalformedAmqp } from "../messages/amqp-decode.ts";
import {
  encodeBinary,
  encodeInt,
  encodeList,
  encodeNull,
  encodeString,
  encodeTimestamp,
} from "../messages/amqp-encode.ts";
import type { SessionLock } from "../queues/sessions.ts";
import type { Operation, OperationContext } from "./management-operations.ts";
import { entry, integer, type OperationResult, ok, text, value } from "./request-body.ts";

/** By name (Service Bus AMQP request-response operations, message session operations). */
export const sessionOperations: Readonly<Record<string, Operation>> = {
  "com.microsoft:renew-session-lock": { wanted: "Listen", run: renewSessionLock },
  "com.microsoft:get-session-state": { wanted: "Listen", run: getSessionState },
  "com.microsoft:set-session-state": { wanted: "Listen", run: setSessionState },
  "com.microsoft:get-message-sessions": { wanted: "Listen", run: listSessions },
};

function sessionId({ body }: OperationContext) {
  const id = text(body, "session-id");
  if (id === undefined) throw new MalformedAmqp("session-id is missing");
  return id;
}

/** The lock of the session, if the link that the request names has it; a request that names no link is trusted. */
export function heldSession({ messages, linkName }: OperationContext, id: string): SessionLock | undefined {
  messages.serve();
  const lock = messages.sessions.lockOf(id);
  return linkName === undefined || lock?.holder.name === linkName ? lock : undefined;
}

function renewSessionLock(context: OperationContext): OperationResult {
  const id = sessionId(context);
  const lock = heldSession(context, id) && context.messages.sessions.renew(id);
  return lock ? ok([entry("expiration", encodeTimestamp(lock.until))]) : sessionLockLost(context.bus.now());
}

function getSessionState(context: OperationContext): OperationResult {
  const id = sessionId(context);
  if (!heldSession(context, id)) return sessionLockLost(context.bus.now());
  const state = context.messages.sessions.states.get(id);
  return ok([entry("session-state", state ? encodeBinary(state) : encodeNull())]);
}

function setSessionState(context: OperationContext): OperationResult {
  const { body, messages, queue, bus } = context;
  const id = sessionId(context);
  const state = value(body, "session-state") ?? undefined;
  if (state !== undefined && !Buffer.isBuffer(state)) throw new MalformedAmqp("session-state is not binary");
  const limit = queue.settings.maxMessageBytes;
  if (state && state.length > limit) return messageTooLarge(state.length, limit);
  if (!heldSession(context, id)) return sessionLockLost(bus.now());
  // a state of no bytes is none (azure-sdk-for-go, SetSessionState(nil))
  messages.sessions.states.set(id, state && state.length > 0 ? Buffer.from(state) : undefined);
  return ok([]);
}

/** The last moment that .NET has, in milliseconds since 1970. In place of a time it asks for all sessions. */
const endOfTime = 253_402_300_799_999;

/** Sessions that have messages or a state, or those whose state was set after a time (azure-sdk-for-go, ListSessionsForQueue). */
function listSessions({ messages, body }: OperationContext): OperationResult {
  const [skip, top] = [integer(body, "skip"), integer(body, "top")];
  const time = value(body, "last-updated-time");
  const isTime = time instanceof Date && time.getTime() < endOfTime;
  const ids = messages.sessionIds(isTime ? time.getTime() : undefined).slice(skip, skip + top);
  if (ids.length === 0) return { status: 204, body: encodeNull() };
  return ok([entry("skip", encodeInt(skip + ids.length)), entry("sessions-ids", encodeList(ids.map(encodeString)))]);
}
