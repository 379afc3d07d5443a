import type { ServiceBusSender } from "@azure/service-bus";
import Long from "long";
import type { Batch, Sender } from "../../ports/azure-services.ts";
import { createLinkCaller } from "../call-policy.ts";
import type { ErrorContext } from "../error-mapping.ts";
import { encodedSize, encodeMessage } from "./encode-message.ts";

/**
 * The largest batch, as on a Standard namespace. A Premium queue takes batches of up to 1 MB (Service Bus quotas), which the SDK does
 * not know. Several are on their way at the same time, each with several copies of its bytes, and larger ones only cost memory.
 */
const largestBatch = 256 * 1024;
/** The limit of a link that names none (AMQP 1.0 §2.7.3). */
const unlimited = Number.MAX_SAFE_INTEGER;
/** Two attempts of 30 s each; a silent connection must not take longer. */
const sendMilliseconds = 75_000;

/** A queue to write to. */
export function openSender(sender: ServiceBusSender, context: ErrorContext): Sender {
  const callLink = createLinkCaller(context);
  const call = <T>(what: string, work: () => Promise<T>) => callLink(what, sendMilliseconds, work);
  const { unfinished } = context;
  const send = async (work: () => Promise<void>) => {
    unfinished?.begin();
    try {
      await call("sending", work);
    } finally {
      unfinished?.end();
    }
  };
  // The size limit of a batch comes from the link, so creating a batch opens the link.
  const linkLimit = () =>
    call("opening a link", async () => (await sender.createMessageBatch()).maxSizeInBytes || unlimited);
  let batchBytes: number | undefined;
  return {
    probe: async () => void (await linkLimit()),
    send: (message) => send(() => sender.sendMessages(encodeMessage(message))),
    maxMessageBytes: linkLimit,
    size: encodedSize,
    batch: async (): Promise<Batch> => {
      batchBytes ??= Math.min(await linkLimit(), largestBatch);
      const maxSizeInBytes = batchBytes;
      const batch = await call("opening a link", () => sender.createMessageBatch({ maxSizeInBytes }));
      return {
        add: (message) => batch.tryAddMessage(encodeMessage(message)),
        send: () => send(() => sender.sendMessages(batch)),
      };
    },
    schedule: (messages, at) =>
      call("scheduling", async () => {
        const numbers = await sender.scheduleMessages(messages.map(encodeMessage), at);
        return numbers.map((number) => BigInt(number.toString()));
      }),
    cancelScheduled: (sequenceNumber) =>
      call("cancelling", () => sender.cancelScheduledMessages(Long.fromString(String(sequenceNumber)))),
  };
}
