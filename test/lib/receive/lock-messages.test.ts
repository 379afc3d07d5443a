import { describe, expect, test } from "vitest";
import { parseCustomerName } from "../../../src/lib/domain/customer.ts";
import type { Receiver } from "../../../src/lib/ports/azure-services.ts";
import { type LockOptions, lockBatches } from "../../../src/lib/receive/lock-messages.ts";
import { fakeInbox } from "../../fakes/inbox.ts";

const options = (changes: Partial<LockOptions> = {}): LockOptions => ({
  watch: false,
  idleMilliseconds: 1,
  signal: new AbortController().signal,
  wanted: () => Number.POSITIVE_INFINITY,
  batch: 50,
  sessions: 1,
  settled: async () => {},
  ...changes,
});

type Changes = Partial<LockOptions> & { readonly max?: number };

async function numbers(
  receiver: Receiver,
  { max = Number.POSITIVE_INFINITY, ...changes }: Changes = {},
): Promise<number[]> {
  const seen: number[] = [];
  const wanted = () => max - seen.length;
  await lockBatches(receiver, options({ wanted, ...changes }), async (messages) => {
    seen.push(...messages.map(({ message }) => Number(message.sequenceNumber)));
  });
  return seen;
}

describe("a queue that is drained", () => {
  test("gives all its messages, and ends when it is empty", async () => {
    const { inbox: receiver, asked } = fakeInbox(120);

    expect(await numbers(receiver)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
    expect(asked).toEqual(["receive 50", "receive 50", "receive 50", "receive 50"]);
  });

  test("gives no more than is wanted, and locks no more", async () => {
    const { inbox: receiver, asked } = fakeInbox(120);

    expect(await numbers(receiver, { max: 52 })).toHaveLength(52);
    expect(asked).toEqual(["receive 50", "receive 2"]);
  });

  test("ends early when it has less than is wanted", async () => {
    const { inbox: receiver, asked } = fakeInbox(3);

    expect(await numbers(receiver, { max: 10 })).toEqual([1, 2, 3]);
    expect(asked).toEqual(["receive 10", "receive 7"]);
  });

  test("passes on how long to wait for a message", async () => {
    const waits: number[] = [];
    const receive: Receiver["receive"] = async (_, wait) => {
      waits.push(wait);
      return [];
    };

    await numbers({ ...fakeInbox(0).inbox, receive }, { idleMilliseconds: 1_234 });

    expect(waits).toEqual([1_234]);
  });

  test("ends without a wait when a peek finds nothing, and looks again only after a batch that was not full", async () => {
    const { inbox: receiver, asked } = fakeInbox(12);
    let looked = 0;
    const isEmpty = async () => {
      looked += 1;
      return asked.length === 2;
    };
    const drain = { customer: parseCustomerName("acme"), peekRemaining: async () => new Set<bigint>(), isEmpty };

    expect(await numbers(receiver, { batch: 10, drain })).toHaveLength(12);

    expect(asked).toEqual(["receive 10", "receive 10"]);
    expect(looked).toBe(2);
  });

  test("processes what is locked, and locks no more, when the signal aborts", async () => {
    const { inbox: receiver, asked } = fakeInbox(120);
    const stop = new AbortController();
    const seen: bigint[] = [];

    await lockBatches(receiver, options({ signal: stop.signal }), async (messages) => {
      seen.push(...messages.map(({ message }) => message.sequenceNumber));
      stop.abort();
    });

    expect(seen).toHaveLength(50);
    expect(asked).toEqual(["receive 50"]);
  });

  test("asks for nothing when the signal has aborted before", async () => {
    const { inbox: receiver, asked } = fakeInbox(1);

    expect(await numbers(receiver, { signal: AbortSignal.abort() })).toEqual([]);
    expect(asked).toEqual([]);
  });
});

test("a queue is not asked for more messages before more may be locked", async () => {
  const { inbox: receiver, asked } = fakeInbox(60);
  const gate = Promise.withResolvers<void>();
  let locked = 0;
  const locking = lockBatches(
    receiver,
    options({ ready: async () => void (locked > 0 && (await gate.promise)) }),
    async (some) => {
      locked += some.length;
    },
  );
  await new Promise(setImmediate);
  expect(asked).toEqual(["receive 50"]);

  gate.resolve();
  await locking;

  expect(locked).toBe(60);
});

describe("the next batch", () => {
  /** Batches of 10 at first, and of 20 after a quick one. `takes` has the calls that were made when each batch was taken. */
  async function lockAhead(count: number, take: (number: number) => Promise<void>, changes: Partial<LockOptions> = {}) {
    const { inbox: receiver, asked } = fakeInbox(count);
    const takes: string[][] = [];
    const abandoned: number[] = [];
    const abandon: LockOptions["abandon"] = async (messages) => void abandoned.push(messages.length);
    const locking = lockBatches(receiver, options({ batch: 10, batchAtMost: 20, abandon, ...changes }), async () => {
      takes.push([...asked]);
      await take(takes.length);
    });
    const failure = await locking.then(
      () => undefined,
      (error: unknown) => error,
    );
    return { takes, abandoned, failure, asked };
  }

  test("is requested during the processing of one, when batches have grown", async () => {
    const { takes } = await lockAhead(50, async () => {});

    expect(takes.slice(0, 3)).toEqual([
      ["receive 10"],
      ["receive 10", "receive 20", "receive 20"],
      ["receive 10", "receive 20", "receive 20", "receive 20"],
    ]);
  });

  test("is not requested during the processing when more messages than wanted would be locked", async () => {
    let left = 30;
    const { asked } = await lockAhead(
      50,
      async (number) => {
        left -= number === 1 ? 10 : 20;
      },
      {
        wanted: () => left,
      },
    );

    expect(asked).toEqual(["receive 10", "receive 20"]);
  });

  test("is abandoned when the processing fails", async () => {
    const error = new Error("the disk is full");
    const { abandoned, failure } = await lockAhead(45, async (number) => {
      if (number === 2) throw error;
    });

    expect(failure).toBe(error);
    expect(abandoned).toEqual([15]);
  });

  test("is processed when the signal aborts: it is locked already", async () => {
    const stop = new AbortController();
    const { takes, asked } = await lockAhead(70, async (number) => void (number === 2 && stop.abort()), {
      signal: stop.signal,
    });

    expect(takes).toHaveLength(3);
    expect(asked).toEqual(["receive 10", "receive 20", "receive 20"]);
  });
});

describe("a queue that is watched", () => {
  test("for a number of messages continues without messages until it has them", async () => {
    const { inbox: receiver, asked, add } = fakeInbox(1);
    let silences = 0;
    const receive: Receiver["receive"] = async (max, wait) => {
      const batch = await receiver.receive(max, wait);
      if (batch.length === 0 && ++silences === 3) add(2);
      return batch;
    };

    expect(await numbers({ ...receiver, receive }, { watch: true, max: 2 })).toEqual([1, 2]);
    expect(asked).toEqual(["receive 2", "receive 1", "receive 1", "receive 1", "receive 1"]);
  });
});

test("a queue that fails ends the messages with its failure", async () => {
  const refused = new Error("refused");
  const receiver: Receiver = { ...fakeInbox(0).inbox, receive: () => Promise.reject(refused) };

  await expect(numbers(receiver)).rejects.toBe(refused);
});
