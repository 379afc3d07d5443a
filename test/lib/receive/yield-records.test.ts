import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LockedMessage } from "../../../src/lib/ports/azure-services.ts";
import { openHeldBack } from "../../../src/lib/receive/held-back.ts";
import type { DeliveryContext } from "../../../src/lib/receive/receive-from-customer.ts";
import { openSettler } from "../../../src/lib/receive/settler.ts";
import { yieldRecords } from "../../../src/lib/receive/yield-records.ts";
import { acme } from "../../fakes/config-document.ts";
import { heldMessage } from "../../fakes/inbox.ts";

// Nothing here takes its time.
beforeEach(() => vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => vi.useRealTimers());

/** So many messages in one batch, handed out at most so many at a time. */
function queueOf(count: number, recordsAtMost: number) {
  const asked: string[] = [];
  const settler = openSettler({ info: () => {} });
  const hands: DeliveryContext = {
    customer: acme(),
    reading: { watch: false, idleMilliseconds: 1, sessions: 1, recordsAtMost },
    settler,
    heldBack: openHeldBack(settler),
    signal: new AbortController().signal,
    stop: () => {},
    took: () => {},
  };
  const batches = async function* (): AsyncGenerator<readonly LockedMessage[]> {
    yield Array.from({ length: count }, (_, index) => heldMessage(index + 1, asked));
  };
  return { asked, records: yieldRecords(batches(), hands) };
}

test("records come one by one at first, then more at a time while they are taken quickly, and no more than may", async () => {
  const sizes = (await Array.fromAsync(queueOf(16, 4).records)).map(({ length }) => length);

  expect(sizes).toEqual([1, 2, 4, 4, 4, 1]);
});

test("messages are completed when their records were taken, all of them", async () => {
  const { asked, records } = queueOf(3, 4);
  await records.next();
  expect(asked).toEqual([]);
  await records.next();
  expect(asked).toEqual(["complete 1"]);
  await records.next();

  expect(asked).toEqual(["complete 1", "complete 2", "complete 3"]);
});

test("whoever leaves has not taken the records in hand: they and the rest are given back", async () => {
  const { asked, records } = queueOf(5, 4);
  for await (const some of records) if (some.length === 2) break;

  expect(asked).toEqual(["complete 1", "abandon 2", "abandon 3", "abandon 4", "abandon 5"]);
});
