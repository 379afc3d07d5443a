import type { Held } from "../cloud.ts";
import type { Incoming } from "../tenancy/message.ts";

type Screen = {
  readonly means: (message: Incoming) => boolean;
  readonly isKnown: (message: Incoming) => boolean;
  /** What becomes of a message that is not meant. */
  readonly leave: (held: Held) => void;
  /** What becomes of one that was taken before. */
  readonly forget: (held: Held) => Promise<void>;
};

/** Lets those messages pass that are meant and new, and counts. */
export function screened({ means, isKnown, leave, forget }: Screen) {
  const counts = { seen: 0, passed: 0, left: 0 };
  return {
    seen: () => counts.seen,
    passed: () => counts.passed,
    left: () => counts.left,
    of: async function* (messages: AsyncIterable<Held>): AsyncGenerator<Held> {
      for await (const held of messages) {
        counts.seen += 1;
        if (!means(held.message)) {
          counts.left += 1;
          leave(held);
        } else if (isKnown(held.message)) await forget(held);
        else {
          counts.passed += 1;
          yield held;
        }
      }
    },
  };
}
