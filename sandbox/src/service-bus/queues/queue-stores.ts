import { type Model, namespacesOf, type Queue } from "../../model.ts";
import type { BusServices } from "../connection/bus-connection.ts";
import type { MessagePayload } from "../messages/message-payload.ts";
import type { Journal } from "./journal.ts";
import { createQueueStore, type QueueStore } from "./queue-store.ts";
import type { Entry, MessageEvent } from "./stored-message.ts";

/** Called for each event of a message. */
export type MessageWatcher = (
  what: MessageEvent,
  queue: Queue,
  message: Pick<Entry<MessagePayload>, "messageId" | "sequenceNumber" | "deliveryCount">,
) => void;

export type QueueStores = {
  /** The messages of the queue; opened on first use. */
  of(queue: Queue): QueueStore<MessagePayload>;
  /** Closes the stores of deleted queues, and deletes their saved messages. */
  recheck(): void;
  close(): void;
};

export type QueueStoresOptions = Pick<BusServices, "model" | "clock"> & {
  readonly watch: MessageWatcher | undefined;
  readonly journal: Journal | undefined;
};

/** The messages of all queues of the model; with a journal, also the saved ones. */
export function createQueueStores({ model, clock, watch, journal }: QueueStoresOptions): QueueStores {
  const stores = new Map<Queue, QueueStore<MessagePayload>>();

  function of(queue: Queue): QueueStore<MessagePayload> {
    const known = stores.get(queue);
    if (known) return known;
    const findStore = (name: string) => {
      const target = namespaceOf(model, queue)?.queues.get(name.toLowerCase());
      return target && takesMessages(target) ? of(target) : undefined;
    };
    const store: QueueStore<MessagePayload> = createQueueStore({
      ...{ clock, name: queue.name, findStore },
      settings: () => queue.settings,
      watch: watch && ((what, entry) => watch(what, queue, entry)),
      journal: journal?.of(queue.resourceId),
    });
    stores.set(queue, store);
    return store;
  }

  function recheck() {
    const left = new Set(queuesOf(model));
    for (const [queue, store] of stores) {
      if (left.has(queue)) continue;
      store.close();
      stores.delete(queue);
      journal?.drop(queue.resourceId);
    }
  }

  if (journal) restore(model, journal, of);
  return {
    ...{ of, recheck },
    close: () => {
      for (const store of stores.values()) store.close();
    },
  };
}

/** Opens the queues with saved messages, and deletes the saved messages of other queues. */
function restore(model: Model, journal: Journal, of: QueueStores["of"]) {
  const kept = new Set(journal.queues());
  const stores = [...queuesOf(model)].filter(({ resourceId }) => kept.delete(resourceId)).map(of);
  for (const gone of kept) journal.drop(gone);
  for (const { messages, deadLetters } of stores) for (const part of [messages, deadLetters]) part.serve();
}

function namespaceOf(model: Model, queue: Queue) {
  for (const tenant of model.tenants.values())
    for (const namespace of namespacesOf(tenant))
      if (namespace.queues.get(queue.name.toLowerCase()) === queue) return namespace;
  return undefined;
}

const takesMessages = ({ settings: { status } }: Queue) => status === "Active" || status === "ReceiveDisabled";

function* queuesOf(model: Model) {
  for (const tenant of model.tenants.values()) for (const { queues } of namespacesOf(tenant)) yield* queues.values();
}
