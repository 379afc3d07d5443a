import type { Incoming, Outgoing } from "../../src/lib/domain/message.ts";
import { Failure } from "../../src/lib/errors/failure.ts";
import type { Sender } from "../../src/lib/ports/azure-services.ts";
import { type MemoryQueue, requireCapacity } from "./memory-queue.ts";

/** The limit of the Standard tier. */
export const memoryLimit = 256 * 1024;

/** The size of a message without its body. */
const overhead = 100;
const size = ({ body }: Outgoing) => body.length + overhead;

/** A queue in memory to send to. `put` stores one message and returns its number. */
export function memoryOutbox(
  queue: MemoryQueue,
  put: (message: Outgoing, state?: Incoming["state"]) => bigint,
  authorise: () => void,
): Sender {
  const send = async (...messages: readonly Outgoing[]) => {
    authorise();
    requireCapacity(queue);
    if (messages.some((message) => size(message) > memoryLimit))
      throw new Failure("MessageSizeExceeded", "the message is larger than the queue accepts");
    for (const message of messages) put(message);
  };
  return {
    probe: async () => authorise(),
    send,
    maxMessageBytes: async () => {
      authorise();
      return memoryLimit;
    },
    size,
    batch: async () => {
      authorise();
      const messages: Outgoing[] = [];
      return {
        add: (message) => {
          const fits = [...messages, message].reduce((sum, one) => sum + size(one), 0) <= memoryLimit;
          if (fits) messages.push(message);
          return fits;
        },
        send: () => send(...messages),
      };
    },
    schedule: async (messages, at) => {
      authorise();
      return messages.map((message) => put({ ...message, scheduledAt: at }, "scheduled"));
    },
    cancelScheduled: async (sequenceNumber) => {
      authorise();
      const index = queue.messages.findIndex(
        ({ message }) => message.state === "scheduled" && message.sequenceNumber === sequenceNumber,
      );
      if (index < 0) throw new Failure("MessageNotFound", "the queue has no such message");
      queue.messages.splice(index, 1);
    },
  };
}
