import type { Outgoing } from "../domain/message.ts";
import type { Batch, Sender } from "../ports/azure-services.ts";

/** Messages that are sent in one transfer and have one outcome. */
export type MessageBatch = { readonly messages: readonly Outgoing[]; send(): Promise<void> };

type Open = { readonly batch: Batch; readonly messages: Outgoing[] };

/** How many sessions are batched at the same time. */
const openAtMost = 16;

/** Fills batches. Each has messages of one session or partition only, because Service Bus keeps a batch together. */
export function createMessageBatches(sender: Sender) {
  const open = new Map<string, Open>();
  /** A single message is sent without a batch. */
  const parcel = ({ batch, messages }: Open): MessageBatch => {
    const [only] = messages;
    return { messages, send: () => (only && messages.length === 1 ? sender.send(only) : batch.send()) };
  };
  const take = (key: string): readonly MessageBatch[] => {
    const taken = open.get(key);
    open.delete(key);
    return taken ? [parcel(taken)] : [];
  };
  return {
    /** The batches that are full now, in the order in which they must be sent. */
    async add(message: Outgoing): Promise<readonly MessageBatch[]> {
      const key = keyOf(message);
      const filling = open.get(key);
      if (filling?.batch.add(message)) {
        filling.messages.push(message);
        return [];
      }
      const [oldest = ""] = open.keys();
      const full = [...take(key), ...(open.size >= openAtMost ? take(oldest) : [])];
      const batch = await sender.batch();
      // Too large for a batch, but not for the queue: a Premium queue accepts messages larger than batches.
      if (!batch.add(message)) return [...full, { messages: [message], send: () => sender.send(message) }];
      open.set(key, { batch, messages: [message] });
      return full;
    },
    /** All batches that are not full. */
    flush: (): readonly MessageBatch[] => [...open.keys()].flatMap(take),
  };
}

/** A session may have an empty id, which is not the same as none. */
function keyOf({ sessionId, partitionKey }: Outgoing): string {
  if (sessionId !== undefined) return `session ${sessionId}`;
  return partitionKey === undefined ? "" : `partition ${partitionKey}`;
}
