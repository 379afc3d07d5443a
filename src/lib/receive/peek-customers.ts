import { forEachCustomer } from "../concurrency/for-each-customer.ts";
import type { Customer } from "../domain/customer.ts";
import { type MessageLine, messageLine } from "../domain/message-line.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import { peekCustomer } from "./peek-customer.ts";
import type { PollRequest } from "./receive-messages.ts";
import { failedRecord, type ReceiveRecord, receivedRecord } from "./receive-record.ts";

/** Peeks at customers' statuses; with `ndjson` those of one customer, as lines that `send` reads. */
export async function* peekCustomers(
  context: UseCaseContext,
  customers: readonly Customer[],
  options: PollRequest,
): AsyncGenerator<ReceiveRecord | MessageLine> {
  const { fromSequence: from, since, last, max, where, contract, ndjson } = options;
  const peek = (signal: AbortSignal, customer: Customer) =>
    peekCustomer({ ...context, signal }, customer, { from, since, last, max, where });
  const [only] = customers;
  if (ndjson && only) for await (const one of peek(context.signal, only)) yield messageLine(one);
  else
    yield* forEachCustomer(
      customers,
      async function* (customer, signal): AsyncGenerator<ReceiveRecord> {
        for await (const one of peek(signal, customer)) yield receivedRecord(customer, one, contract);
      },
      { signal: context.signal, toFailed: failedRecord },
    );
}
