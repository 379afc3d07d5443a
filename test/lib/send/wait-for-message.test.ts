import { expect, test } from "vitest";
import type { Receiver } from "../../../src/lib/ports/azure-services.ts";
import { waitForMessage } from "../../../src/lib/send/wait-for-message.ts";
import { fakeInbox, shortPages } from "../../fakes/inbox.ts";
import { incoming } from "../../fakes/incoming.ts";

const { signal } = new AbortController();

test("a status behind many others is found at the first look, though each page is short", async () => {
  const statuses = Array.from({ length: 9 }, (_, index) => incoming({ sequenceNumber: BigInt(index + 1) }));
  const receiver: Receiver = { ...fakeInbox(0).inbox, ...shortPages(statuses) };

  const found = await waitForMessage(receiver, {
    ...{ milliseconds: 0, signal },
    isWanted: ({ sequenceNumber }) => sequenceNumber === 9n,
  });

  expect(found?.sequenceNumber).toBe(9n);
});
