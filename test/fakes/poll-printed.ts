import type { Context } from "../../src/cli/context.ts";
import { poll } from "../../src/commands/poll.ts";
import type { CustomerName } from "../../src/lib/domain/customer.ts";
import type { MessageLine } from "../../src/lib/domain/message-line.ts";
import type { PollOptions } from "../../src/lib/receive/receive-options.ts";
import type { ReceiveRecord } from "../../src/lib/receive/receive-record.ts";

/** The records of `poll`, acknowledged as the printer does: a batch when the consumer has taken all of its records. */
export const pollPrinted = (
  context: Context,
  names: readonly CustomerName[],
  options: PollOptions,
): AsyncGenerator<ReceiveRecord | MessageLine> => printed(poll(context, names, options));

type Batch<Item> = { readonly records: readonly Item[]; acknowledge(): Promise<void> };

/** The records of batches, each batch acknowledged when the consumer has taken its records. */
export async function* printed<Item>(batches: AsyncIterable<Batch<Item>>): AsyncGenerator<Item> {
  for await (const { records, acknowledge } of batches) {
    yield* records;
    await acknowledge();
  }
}
