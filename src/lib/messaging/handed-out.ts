import type { Held } from "../cloud.ts";
import { message, type Polled } from "./polled.ts";
import type { Hands } from "./statuses.ts";

/** Each message as a record of its own; it is completed when the consumer asks for the next one, and given back when it does not. */
export async function* handedOut(
  messages: AsyncIterable<Held>,
  { customer, reading, settlements, took }: Hands,
): AsyncGenerator<Polled> {
  for await (const held of messages) {
    let taken = false;
    try {
      yield message(customer, held.message, reading.contract);
      taken = true;
    } finally {
      if (!taken) await settlements.giveBack(held);
    }
    took(held.message);
    await settlements.complete(held);
  }
}
