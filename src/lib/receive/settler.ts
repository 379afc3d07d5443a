import { asFailure } from "../errors/failure.ts";
import type { LockedMessage } from "../ports/azure-services.ts";
import { abandonMessage } from "./abandon-message.ts";

/** Completions under way: begun in one go, awaited together, so that a slow round trip does not hold up the next messages. */
export type Settler = AsyncDisposable & {
  complete(...held: readonly LockedMessage[]): Promise<void>;
  /**
   * Gives messages back while no other is being completed: the AMQP library reports neighbouring messages that are settled
   * in one go with the outcome of the first, so that the one given back would be completed.
   */
  giveBack(...held: readonly LockedMessage[]): Promise<void>;
  /** Moves a message to the dead letters, alone for the same reason. */
  deadLetter(held: LockedMessage, reason: string, description: string): Promise<void>;
  /** Resolves when none is under way. */
  settled(): Promise<void>;
};

const underWayAtMost = 500;

/** A lock that ended first is no failure: the message will come again, which is what at-least-once means. */
export function openSettler(log: { readonly info: (line: string) => void }, customer?: string): Settler {
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let giving: Promise<void> | undefined;
  const tellLost = ({ message }: LockedMessage, what: string) =>
    log.info(
      `message ${message.sequenceNumber}${customer === undefined ? "" : ` of ${customer}`} will be delivered again: its lock ended before it was ${what}`,
    );
  const begin = async (held: LockedMessage) => {
    try {
      await held.complete();
    } catch (error) {
      if (isLockLost(error)) tellLost(held, "completed");
      else failures.push(error);
    }
  };
  const settled = async () => {
    while (underWay.size > 0) await Promise.all(underWay);
  };
  const raise = async () => {
    if (failures.length === 0) return;
    await settled();
    throw failures[0];
  };
  const after = async (before: Promise<void> | undefined, settle: () => Promise<void>) => {
    await before?.catch(() => {});
    await settled();
    await settle();
  };
  const alone = (settle: () => Promise<void>) => {
    const given = after(giving, settle).finally(() => {
      if (giving === given) giving = undefined;
    });
    giving = given;
    return given;
  };
  return {
    complete: async (...some) => {
      while (giving) await giving.catch(() => {});
      await raise();
      for (const held of some) {
        const settling = begin(held).finally(() => underWay.delete(settling));
        underWay.add(settling);
      }
      while (underWay.size >= underWayAtMost) await Promise.race(underWay);
    },
    giveBack: (...some) => alone(async () => void (await Promise.all(some.map(abandonMessage)))),
    deadLetter: (held, reason, description) =>
      alone(async () => {
        try {
          await held.deadLetter(reason, description);
        } catch (error) {
          if (!isLockLost(error)) throw error;
          tellLost(held, "moved to the dead letters");
        }
      }),
    settled,
    [Symbol.asyncDispose]: async () => {
      await settled();
      await raise();
    },
  };
}

const isLockLost = (error: unknown) => /^(?:Message|Session)LockLost$/.test(asFailure(error).code);
