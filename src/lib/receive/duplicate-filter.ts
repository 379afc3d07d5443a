import type { Incoming } from "../domain/message.ts";

/** Remembers the messages that were delivered, by customer and message id, or by sequence number without an id. */
export type DuplicateFilter = {
  has(customer: string, message: Identified): boolean;
  remember(customer: string, message: Identified): void;
};

type Identified = Pick<Incoming, "messageId" | "sequenceNumber">;

/** The newest messages are remembered, with about 100 bytes each. */
const rememberedAtMost = 100_000;

export function createDuplicateFilter(atMost = rememberedAtMost): DuplicateFilter {
  const seen = new Set<string>();
  return {
    has: (customer, message) => seen.has(keyOf(customer, message)),
    remember: (customer, message) => {
      const key = keyOf(customer, message);
      seen.delete(key);
      seen.add(key);
      const [oldest] = seen;
      if (seen.size > atMost && oldest !== undefined) seen.delete(oldest);
    },
  };
}

const keyOf = (customer: string, { messageId, sequenceNumber }: Identified) =>
  `${customer} ${messageId ? `id ${messageId}` : `number ${sequenceNumber}`}`;
