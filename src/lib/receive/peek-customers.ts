import type { Context } from "../../cli/context.ts";
import { severally } from "../concurrency/for-each-customer.ts";
import type { Customer } from "../domain/customer.ts";
import { type MessageLine, messageLine } from "../domain/message-line.ts";
import { lookedAt } from "./peek-customer.ts";
import type { Polling } from "./receive-messages.ts";
import { message, type Polled } from "./receive-record.ts";

/** Customers' statuses, only looked at; with `ndjson` those of one, as lines that can be sent. */
export async function* peeked(
  context: Context,
  customers: readonly Customer[],
  options: Polling,
): AsyncGenerator<Polled | MessageLine> {
  const { fromSequence: from, since, last, max, where, contract, ndjson } = options;
  const looked = (signal: AbortSignal, customer: Customer) =>
    lookedAt({ ...context, signal }, customer, { from, since, last, max, where });
  const [only] = customers;
  if (ndjson && only) for await (const one of looked(context.signal, only)) yield messageLine(one);
  else
    yield* severally(context.signal, customers, async function* (customer, signal): AsyncGenerator<Polled> {
      for await (const one of looked(signal, customer)) yield message(customer, one, contract);
    });
}
