import type { ServiceBusSender } from "@azure/service-bus";
import Long from "long";
import { withTimeout } from "../../concurrency/timeout.ts";
import type { Batch, Sender } from "../../ports/azure-services.ts";
import { type ErrorContext, withAzureErrors } from "../error-mapping.ts";
import { withRetry } from "../retry.ts";
import { encodedSize, encodeMessage } from "./encode-message.ts";

/** Batches stay this small even where a Premium queue takes larger messages (Service Bus quotas); the SDK does not know. */
const largestBatch = 1024 * 1024;
/** What a link that names no limit means (AMQP 1.0 §2.7.3). */
const unlimited = Number.MAX_SAFE_INTEGER;
/** Two attempts of 30 s each; a silent connection must not hold it longer than that. */
const sendMilliseconds = 75_000;

/** A queue to write to. */
export function openSender(sender: ServiceBusSender, place: ErrorContext): Sender {
  const again = withRetry(place);
  const within = <T>(what: string, call: () => Promise<T>) =>
    withAzureErrors(place, () => withTimeout(what, sendMilliseconds, again(call)));
  // A batch's size limit is told by the link, so asking for one opens it.
  const linkLimit = () =>
    within("opening a link", async () => (await sender.createMessageBatch()).maxSizeInBytes || unlimited);
  let batchBytes: number | undefined;
  return {
    probe: async () => void (await linkLimit()),
    send: (message) => within("sending", () => sender.sendMessages(encodeMessage(message))),
    maxMessageBytes: linkLimit,
    size: encodedSize,
    batch: () =>
      within("opening a link", async (): Promise<Batch> => {
        batchBytes ??= Math.min(await linkLimit(), largestBatch);
        const batch = await sender.createMessageBatch({ maxSizeInBytes: batchBytes });
        return {
          add: (message) => batch.tryAddMessage(encodeMessage(message)),
          send: () => within("sending", () => sender.sendMessages(batch)),
        };
      }),
    schedule: (messages, at) =>
      within("scheduling", async () => {
        const numbers = await sender.scheduleMessages(messages.map(encodeMessage), at);
        return numbers.map((number) => BigInt(number.toString()));
      }),
    cancelScheduled: (sequenceNumber) =>
      within("cancelling", () => sender.cancelScheduledMessages(Long.fromString(String(sequenceNumber)))),
  };
}
