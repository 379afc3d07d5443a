import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { produceStream } from "../../../src/lib/concurrency/produce-stream.ts";
import { openConsumerDelivery } from "../../../src/lib/receive/deliver-to-consumer.ts";
import { createDuplicateFilter } from "../../../src/lib/receive/duplicate-filter.ts";
import { openHeldBack } from "../../../src/lib/receive/held-back.ts";
import type { DeliveryContext } from "../../../src/lib/receive/message-delivery.ts";
import type { ReceiveBatch } from "../../../src/lib/receive/receive-batch.ts";
import { openSettler } from "../../../src/lib/receive/settler.ts";
import { acme } from "../../fakes/config-document.ts";
import { heldMessage } from "../../fakes/inbox.ts";

// The clock stands still, so that every consumer is quick and no lock ends.
beforeEach(() => vi.useFakeTimers({ toFake: ["performance", "Date", "setTimeout", "clearTimeout"] }));
afterEach(() => vi.useRealTimers());

const turn = () => new Promise(setImmediate);

/** A delivery of `count` messages that are locked in one batch, and what is asked of the messages. */
function deliveryOf(
  count: number,
  { recordsAtMost = 1, ...changes }: Partial<DeliveryContext> & { recordsAtMost?: number } = {},
) {
  const asked: string[] = [];
  const settler = openSettler({ info: () => {} });
  const messages = Array.from({ length: count }, (_, index) => heldMessage(index + 1, asked));
  const batches = produceStream<ReceiveBatch>(async (output) => {
    await using heldBack = openHeldBack(settler);
    const signal = new AbortController().signal;
    const context = { customer: acme(), watch: false, output, settler, heldBack, signal, ...changes };
    await using delivery = openConsumerDelivery(context, recordsAtMost);
    await delivery.take(messages);
    await delivery.finish();
  });
  return { asked, batches };
}

const batchIn = <T>({ value }: IteratorResult<T>): T => value;

describe("batches", () => {
  test("have one record at first, then more while the consumer is quick, and no more than the maximum", async () => {
    const sizes: number[] = [];
    for await (const { records, acknowledge } of deliveryOf(16, { recordsAtMost: 4 }).batches) {
      sizes.push(records.length);
      await acknowledge();
    }

    expect(sizes).toEqual([1, 2, 4, 4, 4, 1]);
  });

  test("are settled only when the consumer settles them, not when it asks for the next one", async () => {
    const { asked, batches } = deliveryOf(3);
    const first = batchIn(await batches.next());
    const second = batchIn(await batches.next());
    await turn();
    expect(asked).toEqual([]);

    await second.acknowledge();
    await turn();
    expect(asked).toEqual(["complete 2"]);

    await first.acknowledge();
    await batchIn(await batches.next()).acknowledge();
    expect((await batches.next()).done).toBe(true);
    expect(asked).toEqual(["complete 2", "complete 1", "complete 3"]);
  });

  test("are completed once, however often they are acknowledged", async () => {
    const { asked, batches } = deliveryOf(1);
    const { acknowledge, release } = batchIn(await batches.next());

    await acknowledge();
    await acknowledge();
    await release();
    await batches.next();

    expect(asked).toEqual(["complete 1"]);
  });

  test("of a duplicate filter come one at a time, because the next one may be a duplicate", async () => {
    const { asked, batches } = deliveryOf(2, { duplicateFilter: createDuplicateFilter() });
    const first = batchIn(await batches.next());
    let isSecondThere = false;
    const second = batches.next().finally(() => {
      isSecondThere = true;
    });
    await turn();
    expect(isSecondThere).toBe(false);

    await first.acknowledge();
    await batchIn(await second).acknowledge();
    await batches.next();

    expect(asked).toEqual(["complete 1", "complete 2"]);
  });
});

describe("a consumer that leaves", () => {
  test("releases the batches that it has not acknowledged, and the messages that it has not seen", async () => {
    const { asked, batches } = deliveryOf(5, { recordsAtMost: 4 });
    for await (const { records, acknowledge } of batches) {
      if (records.length === 2) break;
      await acknowledge();
    }

    expect(asked[0]).toBe("complete 1");
    expect(asked.slice(1).sort()).toEqual(["abandon 2", "abandon 3", "abandon 4", "abandon 5"]);
  });

  test("after prefetching completes nothing, and cannot acknowledge any more", async () => {
    const { asked, batches } = deliveryOf(4);
    const prefetched = [batchIn(await batches.next()), batchIn(await batches.next()), batchIn(await batches.next())];
    await batches.return(undefined);

    expect(asked.sort()).toEqual(["abandon 1", "abandon 2", "abandon 3", "abandon 4"]);
    await expect(prefetched[0]?.acknowledge()).rejects.toMatchObject({ code: "MessageLockLost" });
  });

  test("keeps what it acknowledged before it left", async () => {
    const { asked, batches } = deliveryOf(2);
    for await (const { acknowledge } of batches) {
      await acknowledge();
      break;
    }

    expect(asked).toEqual(["complete 1", "abandon 2"]);
  });
});

describe("a consumer that never acknowledges", () => {
  test("gets a failure when the locks have ended, and every message is abandoned", async () => {
    const { asked, batches } = deliveryOf(3);
    const collected = Array.fromAsync(batches);
    const expected = expect(collected).rejects.toMatchObject({
      code: "MessageLockLost",
      message: expect.stringContaining("3 messages were not acknowledged"),
    });
    await turn();
    expect(asked).toEqual([]);

    await vi.advanceTimersByTimeAsync(300_000);
    await expected;

    expect(asked.sort()).toEqual(["abandon 1", "abandon 2", "abandon 3"]);
  });

  test("gets a bounded number of messages ahead", async () => {
    const { asked, batches } = deliveryOf(600);
    let seen = 0;
    const reading = (async () => {
      for await (const _ of batches) seen += 1;
    })();
    const failed = expect(reading).rejects.toMatchObject({ code: "MessageLockLost" });
    for (let turns = 0; seen < 501 && turns < 5_000; turns += 1) await turn();
    await turn();

    expect(seen).toBe(501);
    await vi.advanceTimersByTimeAsync(300_000);
    await failed;
    expect(asked).toHaveLength(600);
  });
});

describe("a batch that is released", () => {
  test("in a drain stays locked until the end, so that it is not received again at once", async () => {
    const { asked, batches } = deliveryOf(2);
    await batchIn(await batches.next()).release();
    const second = batchIn(await batches.next());
    expect(asked).toEqual([]);
    await second.acknowledge();
    await batches.next();

    expect(asked).toEqual(["complete 2", "abandon 1"]);
  });

  test("in a tail is abandoned after a pause", async () => {
    const { asked, batches } = deliveryOf(1, { watch: true });
    await batchIn(await batches.next()).release();
    const end = batches.next();
    await turn();
    await vi.advanceTimersByTimeAsync(60_000);
    await end;

    expect(asked).toEqual(["abandon 1"]);
  });
});
