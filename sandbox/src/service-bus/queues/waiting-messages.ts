import { createHeap, type Heap } from "../timers/heap.ts";
import { type Consumer, type Consumers, createConsumers } from "./consumers.ts";
import type { Entry, StoredMessage } from "./stored-message.ts";

/** The messages that can be received, and their consumers: one line for each session, or one line without sessions. */
export type WaitingMessages<P> = {
  add(session: string | undefined, entry: Entry<P>): void;
  /** Does nothing when the message is not waiting. */
  remove(session: string | undefined, entry: Entry<P>): void;
  /** Adds the consumer; the returned function removes it. */
  addConsumer(session: string | undefined, consumer: Consumer<P>): () => void;
  /** Delivers waiting messages while a line has messages and consumers. */
  serve(hand: (entry: Entry<P>, mode: Consumer<P>["mode"]) => StoredMessage<P>): void;
  /** The session that `fits` and whose first message has waited longest. */
  longestWaiting(fits: (session: string) => boolean): string | undefined;
};

type Line<P> = { readonly waiting: Heap<Entry<P>>; readonly consumers: Consumers<P>; consumerCount: number };

export function createWaitingMessages<P>(): WaitingMessages<P> {
  const lines = new Map<string | undefined, Line<P>>();
  const served = new Set<Line<P>>();

  function lineOf(session: string | undefined) {
    const known = lines.get(session);
    if (known) return known;
    const line: Line<P> = { waiting: createHeap(), consumers: createConsumers(), consumerCount: 0 };
    lines.set(session, line);
    return line;
  }

  function forgetIfIdle(session: string | undefined, { waiting, consumerCount }: Line<P>) {
    if (session !== undefined && waiting.size === 0 && consumerCount === 0) lines.delete(session);
  }

  function remove(session: string | undefined, entry: Entry<P>) {
    const line = lines.get(session);
    if (!line || !entry.waiting) return;
    line.waiting.remove(entry.waiting);
    entry.waiting = undefined;
    forgetIfIdle(session, line);
  }

  return {
    add(session, entry) {
      entry.waiting = lineOf(session).waiting.add(entry.sequenceNumber, entry);
    },
    remove,
    addConsumer(session, consumer) {
      const line = lineOf(session);
      const stop = line.consumers.add(consumer);
      line.consumerCount++;
      served.add(line);
      return () => {
        stop();
        line.consumerCount--;
        if (line.consumerCount === 0) served.delete(line);
        forgetIfIdle(session, line);
      };
    },
    serve(hand) {
      for (const { waiting, consumers } of served)
        consumers.serve(
          () => waiting.size > 0,
          (mode) => {
            const next = waiting.first()?.item;
            return next && hand(next, mode);
          },
        );
    },
    longestWaiting(fits) {
      let [found, longest]: [string | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
      for (const [session, { waiting }] of lines) {
        const rank = waiting.first()?.rank;
        if (session === undefined || rank === undefined || rank >= longest || !fits(session)) continue;
        [found, longest] = [session, rank];
      }
      return found;
    },
  };
}
