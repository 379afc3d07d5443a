import type { Context } from "../../cli/context.ts";
import type { Customer } from "../domain/customer.ts";
import type { Incoming } from "../domain/message.ts";
import { browse, lastOf } from "./peek-queue.ts";
import type { Where } from "./where-expression.ts";

/** Which messages to look at. */
export type Looking = {
  readonly from?: bigint | undefined;
  readonly since?: Date | undefined;
  /** Only the last so many. */
  readonly last?: number | undefined;
  /** Only the first so many. */
  readonly max?: number | undefined;
  readonly where?: Where | undefined;
};

/** One Customer's statuses as they lie in the queue; nothing is locked, and no delivery is counted. */
export async function* lookedAt(
  { cloud, signal }: Pick<Context, "cloud" | "signal">,
  customer: Customer,
  { from, since, last, max = Number.POSITIVE_INFINITY, where = () => true }: Looking,
): AsyncGenerator<Incoming> {
  await using mailbox = await cloud.providerMailbox(customer);
  const all = browse(await mailbox.inbox(), { from, since, signal });
  const meant = filtered(all, (message) => where(customer, message));
  let left = max;
  for await (const message of last === undefined ? meant : lastOf(meant, last)) {
    yield message;
    if (--left === 0) return;
  }
}

async function* filtered<T>(stream: AsyncIterable<T>, means: (item: T) => boolean): AsyncGenerator<T> {
  for await (const item of stream) if (means(item)) yield item;
}
