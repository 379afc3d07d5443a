import { setTimeout as sleep } from "node:timers/promises";
import type { Semaphore } from "../concurrency/semaphore.ts";
import type { Customer } from "../domain/customer.ts";
import { expectedFailure } from "../errors/failure.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import { type ReceiveOptions, receiveFromCustomer } from "./receive-from-customer.ts";
import { failedRecord, type ReceiveRecord, recoveredRecord } from "./receive-record.ts";
import { endsEverything } from "./sinks/sink.ts";

type Needs = Pick<UseCaseContext, "azure" | "log" | "signal">;

/** A failure becomes a record, so that the others go on. One place is taken while the Customer is read. */
export async function* receiveOnce(
  needs: Needs,
  customer: Customer,
  reading: ReceiveOptions,
  limit: Semaphore,
): AsyncGenerator<readonly ReceiveRecord[]> {
  using _place = await limit();
  if (needs.signal.aborted) return;
  try {
    yield* receiveFromCustomer(needs, customer, reading);
  } catch (error) {
    if (endsEverything(expectedFailure(error).code)) throw error;
    yield [failedRecord(customer, error)];
  }
}

export type ReconnectOptions = {
  readonly limit: Semaphore;
  /** Of a sweep: how long to wait after each. */
  readonly intervalMilliseconds?: number;
  /** Told of each change. */
  readonly failing: Set<string>;
};

const firstPause = 1_000;
const longestPause = 60_000;

/** A namespace that throttles asks for two seconds of quiet (code 50009). */
const leastPause = (error: unknown): number => (expectedFailure(error).code === "ServiceBusy" ? 2_000 : 0);

/**
 * For as long as the signal lets it: opened again after each failure, told once when it begins to fail and once when it works
 * again. While it fails it is tried less and less often, at times drawn at random (full jitter), so that many Customers that
 * failed together do not come back together.
 */
export async function* receiveWithReconnect(
  needs: Needs,
  customer: Customer,
  reading: ReceiveOptions,
  { limit, intervalMilliseconds, failing }: ReconnectOptions,
): AsyncGenerator<readonly ReceiveRecord[]> {
  const { signal } = needs;
  const rest = (milliseconds: number) => sleep(milliseconds, undefined, { signal }).catch(() => {});
  for (let pause = firstPause; !signal.aborted; ) {
    try {
      using _place = await limit();
      if (signal.aborted) return;
      if (failing.has(customer.name)) {
        await proveWorking(needs, customer, reading);
        failing.delete(customer.name);
        pause = firstPause;
        yield [recoveredRecord(customer)];
      }
      yield* receiveFromCustomer(needs, customer, reading);
    } catch (error) {
      if (endsEverything(expectedFailure(error).code)) throw error;
      if (!failing.has(customer.name)) yield [failedRecord(customer, error)];
      failing.add(customer.name);
      await rest(leastPause(error) + pause * Math.random());
      pause = Math.min(pause * 2, longestPause);
      continue;
    }
    if (intervalMilliseconds !== undefined) await rest(intervalMilliseconds);
  }
}

/** The sink first: what it cannot take would be locked and given back, one delivery more each time. */
async function proveWorking({ azure }: Needs, customer: Customer, { sink }: ReceiveOptions): Promise<void> {
  await sink?.probe();
  await using connection = await azure.connectAsProvider(customer);
  await (await connection.receiver()).peek(1);
}
