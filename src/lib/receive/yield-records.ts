import type { LockedMessage } from "../ports/azure-services.ts";
import type { DeliveryContext } from "./receive-from-customer.ts";
import { type ReceiveRecord, receivedRecord } from "./receive-record.ts";

/** Whoever takes some records in this time is given twice as many the next time. */
const quicklyMilliseconds = 100;

/**
 * Messages as records, one by one at first, then more at a time while the consumer is quick: what it does for each time, a
 * write, costs more than a record. They are completed when it asks for the next ones, and given back when it does not.
 */
export async function* yieldRecords(
  batches: AsyncIterable<readonly LockedMessage[]>,
  { customer, reading, settler, took }: DeliveryContext,
): AsyncGenerator<readonly ReceiveRecord[]> {
  const { contract, recordsAtMost = 1 } = reading;
  let size = 1;
  for await (const batch of batches) {
    let given = 0;
    try {
      while (given < batch.length) {
        const some = batch.slice(given, given + size);
        const start = performance.now();
        yield some.map((held) => receivedRecord(customer, held.message, contract));
        given += some.length;
        for (const held of some) took(held.message);
        await settler.complete(...some);
        size = performance.now() - start < quicklyMilliseconds ? Math.min(2 * size, recordsAtMost) : 1;
      }
    } finally {
      if (given < batch.length) await settler.giveBack(...batch.slice(given));
    }
  }
}
