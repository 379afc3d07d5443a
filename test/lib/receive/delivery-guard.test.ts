import { expect, test } from "vitest";
import { safeToLock } from "../../../src/lib/receive/delivery-guard.ts";
import { shortPages } from "../../fakes/inbox.ts";
import { incoming } from "../../fakes/incoming.ts";

const { signal } = new AbortController();
const queueOf = (...deliveryCounts: readonly number[]) =>
  shortPages(
    deliveryCounts.map((deliveryCount, index) => incoming({ sequenceNumber: BigInt(index + 1), deliveryCount })),
  );
const fresh = 0;
const worn = 10;

test("a message at its last delivery is seen behind the first page, and not locked", async () => {
  const queue = queueOf(fresh, fresh, fresh, worn, fresh);

  expect(await safeToLock(queue, 10, { heldAlready: 0, signal })).toBe(3);
  expect(await safeToLock(queue, 10, { heldAlready: 1, signal })).toBe(2);
});

test("a queue without such a message gives what is wanted", async () => {
  expect(await safeToLock(queueOf(fresh, fresh, fresh), 10, { heldAlready: 0, signal })).toBe(10);
});

test("the first message at its last delivery stops the customer", async () => {
  const locking = safeToLock(queueOf(fresh, fresh, worn), 1, { heldAlready: 2, signal });

  await expect(locking).rejects.toMatchObject({ code: "LastDelivery" });
});
