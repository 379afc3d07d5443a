import type { Incoming } from "../../src/lib/domain/message.ts";
import { Failure } from "../../src/lib/errors/failure.ts";
import type { LockedMessage, Receiver } from "../../src/lib/ports/azure-services.ts";
import { incoming } from "./incoming.ts";

/** A queue of numbered messages that records the calls: `receive 2`, `complete 1`, `abandon 2`. */
export function fakeInbox(count: number) {
  const asked: string[] = [];
  const waiting = Array.from({ length: count }, (_, index) => heldMessage(index + 1, asked));
  const receiver: Receiver = {
    peek: async (max, from = 0n) =>
      waiting
        .map(({ message }) => message)
        .filter(({ sequenceNumber }) => sequenceNumber >= from)
        .slice(0, max),
    receive: async (max) => {
      asked.push(`receive ${max}`);
      return waiting.splice(0, max);
    },
    open: async () => {},
    receiveDeferred: () => Promise.reject(new Failure("MessageNotFound")),
    tail: async function* (signal) {
      asked.push("tail");
      while (!signal.aborted) {
        const next = waiting.shift();
        if (next === undefined) return;
        yield [next];
      }
    },
  };
  return { inbox: receiver, asked, add: (number: number) => waiting.push(heldMessage(number, asked)) };
}

/** Peeks at these messages, two at most, as Service Bus gives fewer than it is asked for where messages are large. */
export function shortPages(messages: readonly Incoming[]): Pick<Receiver, "peek"> {
  return {
    peek: async (max, from = 0n) =>
      messages.filter(({ sequenceNumber }) => sequenceNumber >= from).slice(0, Math.min(max, 2)),
  };
}

/** A locked message. `complete` can wait or fail. */
export const heldMessage = (
  number: number,
  asked: string[],
  complete: () => Promise<void> = async () => {},
): LockedMessage => ({
  message: incoming({ sequenceNumber: BigInt(number) }),
  lockedUntil: new Date(Date.UTC(2030, 0)),
  complete: () => {
    asked.push(`complete ${number}`);
    return complete();
  },
  abandon: async () => {
    asked.push(`abandon ${number}`);
  },
  deadLetter: async (reason) => {
    asked.push(`dead-letter ${number} ${reason}`);
  },
  renewLock: async () => {
    asked.push(`renew ${number}`);
  },
});
