import type { Clock } from "../timers/clock.ts";
import type { QueueJournal } from "./journal.ts";

/** Remembers the ids of messages for a time, to detect a message that was sent again. */
export type DuplicateDetection = {
  /** Whether the id was seen within the window; it is remembered from now on either way. */
  isRepeated(messageId: string): boolean;
};

/** The window is milliseconds; it counts from the first sending (Service Bus docs). */
export function createDuplicateDetection(
  clock: Clock,
  window: () => number,
  journal?: QueueJournal,
): DuplicateDetection {
  /** When each id was first seen, oldest first. */
  const seen = new Map<string, number>(
    (journal?.read("id") ?? []).map(({ key, value }) => [key, Number(value)] as const).sort(([, a], [, b]) => a - b),
  );

  function forgetOld(time: number) {
    for (const [id, since] of seen) {
      if (since > time) return;
      seen.delete(id);
      journal?.forget("id", id);
    }
  }

  return {
    isRepeated(messageId) {
      forgetOld(clock.now() - window());
      if (seen.has(messageId)) return true;
      const now = clock.now();
      seen.set(messageId, now);
      journal?.keep("id", messageId, () => now);
      return false;
    },
  };
}
