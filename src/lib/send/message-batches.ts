import type { Outgoing } from "../domain/message.ts";
import type { Batch, Sender } from "../ports/azure-services.ts";

/** What goes over the link in one transfer, and whose fate is one. */
export type MessageBatch = { readonly messages: readonly Outgoing[]; send(): Promise<void> };

type Open = { readonly batch: Batch; readonly messages: Outgoing[] };

/** As many sessions as are filled side by side. */
const openAtMost = 16;

/** Fills batches; one holds messages of one session or partition only, because Service Bus keeps a batch together. */
export function createMessageBatches(sender: Sender) {
  const open = new Map<string, Open>();
  /** One message needs no batch around it. */
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
    /** The parcels that are full now, in the order in which they are to be sent. */
    async add(message: Outgoing): Promise<readonly MessageBatch[]> {
      const key = message.sessionId ?? message.partitionKey ?? "";
      const filling = open.get(key);
      if (filling?.batch.add(message)) {
        filling.messages.push(message);
        return [];
      }
      const [oldest = ""] = open.keys();
      const full = [...take(key), ...(open.size >= openAtMost ? take(oldest) : [])];
      const batch = await sender.batch();
      // Too large for a batch, though not for the queue: a Premium queue takes larger messages than batches.
      if (!batch.add(message)) return [...full, { messages: [message], send: () => sender.send(message) }];
      open.set(key, { batch, messages: [message] });
      return full;
    },
    /** All that is begun. */
    flush: (): readonly MessageBatch[] => [...open.keys()].flatMap(take),
  };
}
