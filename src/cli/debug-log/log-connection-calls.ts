import type { JsonValue } from "../../lib/domain/message-record.ts";
import type { Mailbox } from "../../lib/ports/azure-services.ts";
import type { Trace } from "./debug-log.ts";
import { createTally, type Tally, tracedInbox, tracedOutbox } from "./log-link-calls.ts";

type Whose = { readonly [name: string]: JsonValue };

/** A connection that tells what was done over each of its links: the first of each kind, every failure, and all together at its end. */
export function tracedMailbox(mailbox: Mailbox, trace: Trace, whose: Whose): Mailbox {
  const tallies = new Map<string, Tally>();
  const tallyOf = (link: string) => {
    const tally = tallies.get(link) ?? createTally(trace, { ...whose, transport: mailbox.transport, link });
    tallies.set(link, tally);
    return tally;
  };
  return {
    transport: mailbox.transport,
    outbox: async (role) => tracedOutbox(await mailbox.outbox(role), tallyOf(`outbox ${role ?? ""}`.trimEnd())),
    inbox: async (role) => tracedInbox(await mailbox.inbox(role), tallyOf(`inbox ${role ?? ""}`.trimEnd())),
    deadLetters: async (role) => tracedInbox(await mailbox.deadLetters(role), tallyOf(`dead letters ${role}`)),
    session: async (id) => {
      const tally = tallyOf("session");
      const session = await tally.did("accept", () => mailbox.session(id));
      return {
        ...tracedInbox(session, tally),
        id: session.id,
        [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
      };
    },
    nextSession: async (milliseconds) => {
      const tally = tallyOf("session");
      const session = await tally.did("accept next", () => mailbox.nextSession(milliseconds));
      if (session === undefined) return undefined;
      return {
        ...tracedInbox(session, tally),
        id: session.id,
        [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
      };
    },
    [Symbol.asyncDispose]: async () => {
      await mailbox[Symbol.asyncDispose]();
      for (const tally of tallies.values()) tally.close();
    },
  };
}
