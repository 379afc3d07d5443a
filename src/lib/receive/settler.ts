import { asFailure } from "../errors/failure.ts";
import type { LockedMessage } from "../ports/azure-services.ts";
import { abandonMessage } from "./abandon-message.ts";

/** Settles messages: completions run at the same time, so that a slow round trip does not delay the next messages. */
export type Settler = AsyncDisposable & {
  /** Begins to complete messages. Resolves when further ones may begin. Throws the failure of an earlier completion. */
  complete(...messages: readonly LockedMessage[]): Promise<void>;
  /**
   * Abandons messages while no other is being completed. rhea (3.0.5) combines neighbouring deliveries that are settled in the
   * same tick, and reports the outcome of the first for all. It would complete the abandoned message, which would be lost.
   */
  abandon(...messages: readonly LockedMessage[]): Promise<void>;
  /** Moves a message to the dead letters, alone for the same reason. */
  deadLetter(message: LockedMessage, reason: string, description: string): Promise<void>;
  /** Resolves when no completion is in progress. */
  settled(): Promise<void>;
  /** Throws the failure of an earlier completion, if there is one. */
  throwFailure(): Promise<void>;
};

const completionsAtMost = 500;

/** A message whose lock was lost is logged and is no failure: it is delivered again, which at-least-once delivery allows. */
export function openSettler(log: { readonly info: (line: string) => void }, customer?: string): Settler {
  let completing = 0;
  let ended = Promise.withResolvers<void>();
  const failures: unknown[] = [];
  let exclusive: Promise<void> | undefined;
  const logLost = ({ message }: LockedMessage, what: string) =>
    log.info(
      `message ${message.sequenceNumber}${customer === undefined ? "" : ` of ${customer}`} will be delivered again: its lock ended before it was ${what}`,
    );
  const completeOne = async (locked: LockedMessage) => {
    try {
      await locked.complete();
    } catch (error) {
      if (isLockLost(error)) logLost(locked, "completed");
      else failures.push(error);
    }
    completing -= 1;
    if (completing > 0 && completing !== completionsAtMost - 1) return;
    ended.resolve();
    ended = Promise.withResolvers();
  };
  const settled = async () => {
    while (completing > 0) await ended.promise;
  };
  const throwFailure = async () => {
    if (failures.length === 0) return;
    await settled();
    throw failures[0];
  };
  const settleAfter = async (before: Promise<void> | undefined, settle: () => Promise<void>) => {
    await before?.catch(() => {});
    await settled();
    await settle();
  };
  const settleAlone = (settle: () => Promise<void>) => {
    const settling = settleAfter(exclusive, settle).finally(() => {
      if (exclusive === settling) exclusive = undefined;
    });
    exclusive = settling;
    return settling;
  };
  return {
    complete: async (...messages) => {
      while (exclusive) await exclusive.catch(() => {});
      await throwFailure();
      completing += messages.length;
      for (const locked of messages) void completeOne(locked);
      while (completing >= completionsAtMost) await ended.promise;
    },
    abandon: (...messages) => settleAlone(async () => void (await Promise.all(messages.map(abandonMessage)))),
    deadLetter: (locked, reason, description) =>
      settleAlone(async () => {
        try {
          await locked.deadLetter(reason, description);
        } catch (error) {
          if (!isLockLost(error)) throw error;
          logLost(locked, "moved to the dead letters");
        }
      }),
    settled,
    throwFailure,
    [Symbol.asyncDispose]: async () => {
      await settled();
      await throwFailure();
    },
  };
}

const isLockLost = (error: unknown) => /^(?:Message|Session)LockLost$/.test(asFailure(error).code);
