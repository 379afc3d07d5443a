import type { Customer } from "../domain/customer.ts";
import type { Incoming } from "../domain/message.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import { peekAll, peekLast } from "./peek-queue.ts";
import type { WhereExpression } from "./where-expression.ts";

/** Which messages to look at. */
export type PeekOptions = {
  readonly from?: bigint;
  readonly since?: Date;
  /** Only the last so many. */
  readonly last?: number;
  /** Only the first so many. */
  readonly max?: number;
  readonly where?: WhereExpression;
};

/** One Customer's statuses as they lie in the queue; nothing is locked, and no delivery is counted. */
export async function* peekCustomer(
  { azure, signal }: Pick<UseCaseContext, "azure" | "signal">,
  customer: Customer,
  { from, since, last, max = Number.POSITIVE_INFINITY, where = () => true }: PeekOptions,
): AsyncGenerator<Incoming> {
  await using connection = await azure.connectAsProvider(customer);
  const all = peekAll(await connection.receiver(), { from, since, signal });
  const meant = filtered(all, (message) => where(customer, message));
  let left = max;
  for await (const message of last === undefined ? meant : peekLast(meant, last)) {
    yield message;
    if (--left === 0) return;
  }
}

async function* filtered<T>(stream: AsyncIterable<T>, means: (item: T) => boolean): AsyncGenerator<T> {
  for await (const item of stream) if (means(item)) yield item;
}
