import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../../cli/context.ts";
import type { Limit } from "../concurrency/semaphore.ts";
import type { Customer } from "../domain/customer.ts";
import { expectedFailure } from "../errors/failure.ts";
import { type Reading, statuses } from "./receive-from-customer.ts";
import { failed, type Polled, recovered } from "./receive-record.ts";
import { endsEverything } from "./sinks/sink.ts";

type Needs = Pick<Context, "cloud" | "log" | "signal">;

/** A failure becomes a record, so that the others go on. One place is taken while the Customer is read. */
export async function* once(
  needs: Needs,
  customer: Customer,
  reading: Reading,
  limit: Limit,
): AsyncGenerator<readonly Polled[]> {
  using _place = await limit();
  if (needs.signal.aborted) return;
  try {
    yield* statuses(needs, customer, reading);
  } catch (error) {
    if (endsEverything(expectedFailure(error).code)) throw error;
    yield [failed(customer, error)];
  }
}

export type Rhythm = {
  readonly limit: Limit;
  /** Of a sweep: how long to wait after each. */
  readonly intervalMilliseconds?: number | undefined;
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
export async function* watched(
  needs: Needs,
  customer: Customer,
  reading: Reading,
  { limit, intervalMilliseconds, failing }: Rhythm,
): AsyncGenerator<readonly Polled[]> {
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
        yield [recovered(customer)];
      }
      yield* statuses(needs, customer, reading);
    } catch (error) {
      if (endsEverything(expectedFailure(error).code)) throw error;
      if (!failing.has(customer.name)) yield [failed(customer, error)];
      failing.add(customer.name);
      await rest(leastPause(error) + pause * Math.random());
      pause = Math.min(pause * 2, longestPause);
      continue;
    }
    if (intervalMilliseconds !== undefined) await rest(intervalMilliseconds);
  }
}

/** The sink first: what it cannot take would be locked and given back, one delivery more each time. */
async function proveWorking({ cloud }: Needs, customer: Customer, { sink }: Reading): Promise<void> {
  await sink?.probe();
  await using mailbox = await cloud.providerMailbox(customer);
  await (await mailbox.inbox()).peek(1);
}
