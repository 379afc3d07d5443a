import { asFailure } from "../errors/failure.ts";
import type { Held } from "../ports/azure-services.ts";
import { giveBack } from "./abandon-message.ts";

/** Completions under way: begun in one go, awaited together, so that a slow round trip does not hold up the next messages. */
export type Settlements = AsyncDisposable & {
  complete(...held: readonly Held[]): Promise<void>;
  /**
   * Gives messages back while no other is being completed: the AMQP library reports neighbouring messages that are settled
   * in one go with the outcome of the first, so that the one given back would be completed.
   */
  giveBack(...held: readonly Held[]): Promise<void>;
  /** Moves a message to the dead letters, alone for the same reason. */
  deadLetter(held: Held, reason: string, description: string): Promise<void>;
  /** Resolves when none is under way. */
  settled(): Promise<void>;
};

const underWayAtMost = 500;

/** A lock that ended first is no failure: the message will come again, which is what at-least-once means. */
export function openSettlements(log: { readonly info: (line: string) => void }, customer?: string): Settlements {
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let giving: Promise<void> | undefined;
  const tellLost = ({ message }: Held, what: string) =>
    log.info(
      `message ${message.sequenceNumber}${customer === undefined ? "" : ` of ${customer}`} will be delivered again: its lock ended before it was ${what}`,
    );
  const begin = async (held: Held) => {
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
    giveBack: (...some) => alone(async () => void (await Promise.all(some.map(giveBack)))),
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
