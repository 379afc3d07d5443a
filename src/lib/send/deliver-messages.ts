import { setTimeout as sleep } from "node:timers/promises";
import type { Outgoing } from "../domain/message.ts";
import { expectedFailure, type Failure } from "../errors/failure.ts";
import type { Sender } from "../ports/azure-services.ts";
import type { InvalidLine } from "./invalid-lines.ts";
import { createMessageBatches, type MessageBatch } from "./message-batches.ts";
import type { MeasuredMessage } from "./message-size.ts";
import { groupBySchedule } from "./schedule-groups.ts";

export type DeliveryReport =
  | { readonly type: "scheduled"; readonly message: Outgoing; readonly at: Date; readonly sequenceNumber: bigint }
  /** Sent but not acknowledged. It is unknown whether the broker has the message. */
  | { readonly type: "unknown"; readonly message: Outgoing }
  /** A line of the input that cannot be sent. */
  | ({ readonly type: "invalid" } & InvalidLine);

export type DeliveryOutcome = {
  readonly accepted: number;
  /** The bytes of the accepted messages' bodies. */
  readonly bytes: number;
  readonly unknown: number;
  /** Why it ended early. */
  readonly failure?: Failure;
};

type Options = {
  readonly signal: AbortSignal;
  /** Milliseconds to wait before the next message. */
  readonly pace?: () => number;
  readonly progress?: (accepted: number) => void;
  /** Called with the messages that the broker has accepted. */
  readonly accepted?: (messages: readonly Outgoing[]) => void;
  /** The lines that were left out since the last call. */
  readonly takeInvalid?: () => readonly InvalidLine[];
};

/** Batches in progress at the same time. It hides the round trip, and limits memory to as many batches. */
const underWayAtMost = 4;
/** When the input pauses for this time, the messages read so far are sent. */
const idleMilliseconds = 20;

/**
 * Sends all messages over one link, in order, several batches at a time. Ends at the first failure. Messages from a stream
 * are sent when the stream pauses, at the latest.
 */
export async function* deliverMessages(
  sender: Sender,
  portions: AsyncIterable<readonly MeasuredMessage[]>,
  { signal, pace, progress = () => {}, accepted: onAccepted = () => {}, takeInvalid = () => [] }: Options,
): AsyncGenerator<DeliveryReport, DeliveryOutcome> {
  const batches = createMessageBatches(sender);
  const underWay = new Set<Promise<void>>();
  const reports: DeliveryReport[] = [];
  let [accepted, bytes, unknown] = [0, 0, 0];
  let failure: Failure | undefined;

  const taken = (messages: readonly Outgoing[]) => {
    accepted += messages.length;
    bytes += messages.reduce((sum, { body }) => sum + body.length, 0);
    progress(accepted);
    onAccepted(messages);
  };
  const fail = (error: unknown, messages: readonly Outgoing[] = []) => {
    const found = expectedFailure(error);
    failure ??= found;
    if (!mayHaveArrived(found)) return;
    unknown += messages.length;
    reports.push(...messages.map((message) => ({ type: "unknown", message }) as const));
  };
  const begin = async (parcels: readonly MessageBatch[]) => {
    for (const { messages, send } of parcels) {
      while (underWay.size >= underWayAtMost) await Promise.race(underWay);
      if (failure) return;
      const sending: Promise<void> = send()
        .then(
          () => taken(messages),
          (error) => fail(error, messages),
        )
        .finally(() => underWay.delete(sending));
      underWay.add(sending);
    }
  };
  const schedule = async (messages: readonly Outgoing[]) => {
    for (const { at, run } of groupBySchedule(messages)) {
      if (failure) return;
      try {
        const numbers = await sender.schedule(run, at);
        run.forEach((message, index) => {
          reports.push({ type: "scheduled", message, at, sequenceNumber: numbers[index] ?? 0n });
        });
        taken(run);
      } catch (error) {
        fail(error, run);
      }
    }
  };
  const put = async (portion: readonly MeasuredMessage[]) => {
    const later: Outgoing[] = [];
    for (const { message } of portion) {
      if (failure || signal.aborted) return;
      const wait = pace?.() ?? 0;
      if (wait > 0) {
        await begin(batches.flush());
        await schedule(later.splice(0));
        await sleep(wait, undefined, { signal });
      }
      if (message.scheduledAt && message.scheduledAt.getTime() > Date.now()) later.push(message);
      else await begin(await batches.add(message));
    }
    await schedule(later);
  };

  const input = portions[Symbol.asyncIterator]();
  /** The next portion; undefined at the end. A batch that was started does not wait for paused input. */
  const coming = async (): Promise<readonly MeasuredMessage[] | undefined> => {
    const next = input.next();
    const paused = sleep(idleMilliseconds, "paused" as const);
    if ((await Promise.race([next, paused])) === "paused") await begin(batches.flush());
    const { done, value } = await next;
    return done ? undefined : value;
  };
  /** A failure of the input. All messages before it are valid. */
  let mistake: unknown;
  try {
    while (!failure && !signal.aborted) {
      const portion = await coming().catch((error: unknown) => {
        mistake = error;
      });
      if (portion === undefined) break;
      await put(portion);
      yield* takeInvalid().map((one) => ({ type: "invalid", ...one }) as const);
      yield* reports.splice(0);
    }
    if (!signal.aborted) await begin(batches.flush());
  } catch (error) {
    if (!signal.aborted) fail(error);
  }
  await Promise.all(underWay);
  if (mistake !== undefined && !signal.aborted) fail(mistake);
  yield* takeInvalid().map((one) => ({ type: "invalid", ...one }) as const);
  yield* reports.splice(0);
  return { accepted, bytes, unknown, ...(failure === undefined ? {} : { failure }) };
}

/** Refusals that mean that nothing was stored. */
const refusals: ReadonlySet<string> = new Set(["ServiceBusy", "QuotaExceeded"]);

const mayHaveArrived = ({ kind, code }: Failure) => kind === "unavailable" && !refusals.has(code);
