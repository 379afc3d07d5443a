import type { Incoming } from "../domain/message.ts";
import type { LockedMessage } from "../ports/azure-services.ts";

type Screen = {
  readonly means: (message: Incoming) => boolean;
  readonly isKnown: (message: Incoming) => boolean;
  /** What becomes of a message that is not meant. */
  readonly leave: (held: LockedMessage) => void;
  /** What becomes of one that was taken before. */
  readonly forget: (...held: readonly LockedMessage[]) => Promise<void>;
};

/** Lets those messages pass that are meant and new, and counts. */
export function filterMessages({ means, isKnown, leave, forget }: Screen) {
  const counts = { seen: 0, passed: 0, left: 0 };
  return {
    seen: () => counts.seen,
    passed: () => counts.passed,
    left: () => counts.left,
    of: async function* (batches: AsyncIterable<readonly LockedMessage[]>): AsyncGenerator<readonly LockedMessage[]> {
      for await (const batch of batches) {
        const rest = new Set(batch);
        const known: LockedMessage[] = [];
        try {
          for (const held of batch) {
            counts.seen += 1;
            if (means(held.message)) {
              if (!isKnown(held.message)) continue;
              known.push(held);
            } else {
              counts.left += 1;
              leave(held);
            }
            rest.delete(held);
          }
          await forget(...known);
        } catch (error) {
          await Promise.allSettled([...rest].map((held) => held.abandon()));
          throw error;
        }
        counts.passed += rest.size;
        if (rest.size > 0) yield [...rest];
      }
    },
  };
}
