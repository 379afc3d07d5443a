import type { Incoming } from "../../src/lib/domain/message.ts";
import type { LockedMessage, Receiver, Session } from "../../src/lib/ports/azure-services.ts";

export type Entry = { message: Incoming; locked: boolean };
export type MemoryQueue = {
  readonly messages: Entry[];
  readonly deadLetters: Entry[];
  readonly heldSessions: Set<string>;
  /** Set by a test. */
  requiresSession: boolean;
};

export const createMemoryQueue = (): MemoryQueue => ({
  messages: [],
  deadLetters: [],
  heldSessions: new Set(),
  requiresSession: false,
});

type Access = {
  readonly authorise: () => void;
  /** Which of the entries this inbox may lock. */
  readonly mine?: (entry: Entry) => boolean;
};

/** An inbox of a list of entries, which may be a queue's messages or its dead letters. */
export function memoryInbox(queue: MemoryQueue, entries: Entry[], { authorise, mine = () => true }: Access): Receiver {
  const take = (entry: Entry) => void entries.splice(entries.indexOf(entry), 1);
  const hold = (entry: Entry): LockedMessage => {
    entry.locked = true;
    return {
      message: entry.message,
      lockedUntil: new Date(Date.UTC(2030, 0)),
      complete: async () => take(entry),
      abandon: async () => {
        entry.locked = false;
        entry.message = { ...entry.message, deliveryCount: entry.message.deliveryCount + 1 };
      },
      deadLetter: async (deadLetterReason, deadLetterErrorDescription) => {
        take(entry);
        const message = { ...entry.message, deadLetterReason, deadLetterErrorDescription };
        queue.deadLetters.push({ message, locked: false });
      },
      renewLock: async () => {},
    };
  };
  const receive: Receiver["receive"] = async (max) => {
    authorise();
    // A caller that receives in a loop lets other work run in between.
    await new Promise((resolve) => setImmediate(resolve));
    return entries
      .filter((entry) => !entry.locked && entry.message.state === "active" && mine(entry))
      .slice(0, max)
      .map(hold);
  };
  return {
    peek: async (max, from = 0n) => {
      authorise();
      return entries
        .map(({ message }) => message)
        .filter(({ sequenceNumber }) => sequenceNumber >= from)
        .slice(0, max);
    },
    receive,
    tail: async function* (signal, { onOpened = () => {} } = {}) {
      authorise();
      onOpened();
      while (!signal.aborted) {
        const some = await receive(32, 0);
        if (some.length > 0) yield some;
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

/** The session locked for the caller, or undefined when somebody else holds it. */
export function memorySession(queue: MemoryQueue, id: string, authorise: () => void): Session | undefined {
  if (queue.heldSessions.has(id)) return undefined;
  queue.heldSessions.add(id);
  const mine = ({ message }: Entry) => message.sessionId === id;
  return {
    ...memoryInbox(queue, queue.messages, { authorise, mine }),
    id,
    [Symbol.asyncDispose]: async () => void queue.heldSessions.delete(id),
  };
}

/** The session whose first message has waited longest, among those that nobody holds. */
export const nextSessionId = ({ messages, heldSessions }: MemoryQueue): string | undefined =>
  messages.find(({ message: { sessionId }, locked }) => !locked && sessionId && !heldSessions.has(sessionId))?.message
    .sessionId;
