import type { Incoming } from "../domain/message.ts";
import type { LockedMessage } from "../ports/azure-services.ts";
import type { HeldBack } from "./held-back.ts";
import type { Settler } from "./settler.ts";

type FilterOptions = {
  readonly matches: (message: Incoming) => boolean;
  readonly isDuplicate: (message: Incoming) => boolean;
  readonly heldBack: HeldBack;
  readonly settler: Settler;
};

/** Selects the messages that match and are new. Duplicates are completed, other messages are held back. */
export function createMessageFilter({ matches, isDuplicate, heldBack, settler }: FilterOptions) {
  const counts = { seen: 0, selected: 0, skipped: 0 };
  return {
    counts: counts as Readonly<typeof counts>,
    select: async (messages: readonly LockedMessage[]): Promise<readonly LockedMessage[]> => {
      const remaining = new Set(messages);
      const duplicates: LockedMessage[] = [];
      try {
        for (const locked of messages) {
          counts.seen += 1;
          if (!matches(locked.message)) {
            counts.skipped += 1;
            remaining.delete(locked);
            heldBack.put(locked);
          } else if (isDuplicate(locked.message)) {
            remaining.delete(locked);
            duplicates.push(locked);
          }
        }
        if (duplicates.length > 0) await settler.complete(...duplicates);
      } catch (error) {
        await settler.abandon(...remaining);
        throw error;
      }
      counts.selected += remaining.size;
      return [...remaining];
    },
  };
}
