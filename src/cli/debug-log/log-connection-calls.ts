import type { JsonValue } from "../../lib/domain/json-value.ts";
import type { NamespaceConnection } from "../../lib/ports/azure-services.ts";
import type { DebugLog } from "./debug-log.ts";
import { createOperationCounters, logReceiverCalls, logSenderCalls, type OperationCounters } from "./log-link-calls.ts";

type CallOwner = { readonly [name: string]: JsonValue };

/** A connection that logs the calls over each of its links: the first of each kind, every failure, and the totals at its end. */
export function logConnectionCalls(
  connection: NamespaceConnection,
  trace: DebugLog,
  whose: CallOwner,
): NamespaceConnection {
  const tallies = new Map<string, OperationCounters>();
  const tallyOf = (link: string) => {
    const tally =
      tallies.get(link) ?? createOperationCounters(trace, { ...whose, transport: connection.transport, link });
    tallies.set(link, tally);
    return tally;
  };
  return {
    transport: connection.transport,
    sender: async (role) => logSenderCalls(await connection.sender(role), tallyOf(`outbox ${role ?? ""}`.trimEnd())),
    receiver: async (role) =>
      logReceiverCalls(await connection.receiver(role), tallyOf(`inbox ${role ?? ""}`.trimEnd())),
    deadLetters: async (role) => logReceiverCalls(await connection.deadLetters(role), tallyOf(`dead letters ${role}`)),
    probeReceiver: (role) => tallyOf(`inbox ${role ?? ""}`.trimEnd()).did("open", () => connection.probeReceiver(role)),
    session: async (id) => {
      const tally = tallyOf("session");
      const session = await tally.did("accept", () => connection.session(id));
      return {
        ...logReceiverCalls(session, tally),
        id: session.id,
        [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
      };
    },
    nextSession: async (milliseconds) => {
      const tally = tallyOf("session");
      const session = await tally.did("accept next", () => connection.nextSession(milliseconds));
      if (session === undefined) return undefined;
      return {
        ...logReceiverCalls(session, tally),
        id: session.id,
        [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
      };
    },
    [Symbol.asyncDispose]: async () => {
      await connection[Symbol.asyncDispose]();
      for (const tally of tallies.values()) tally.close();
    },
  };
}
