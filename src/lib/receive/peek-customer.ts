import type { Customer } from "../domain/customer.ts";
import type { Incoming } from "../domain/message.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import { peekAll, peekLast } from "./peek-queue.ts";
import type { WhereExpression } from "./where-expression.ts";

/** Which messages to peek at. */
export type PeekOptions = {
  readonly from?: bigint;
  readonly since?: Date;
  /** Only the newest messages, this many. */
  readonly last?: number;
  /** Only the oldest messages, this many. */
  readonly max?: number;
  readonly where?: WhereExpression;
};

/** Peeks at one customer's statuses: no message is locked, and no delivery is counted. */
export async function* peekCustomer(
  { azure, signal }: Pick<UseCaseContext, "azure" | "signal">,
  customer: Customer,
  { from, since, last, max = Number.POSITIVE_INFINITY, where = () => true }: PeekOptions,
): AsyncGenerator<Incoming> {
  await using connection = await azure.connectAsProvider(customer);
  const all = peekAll(await connection.receiver(), { from, since, signal });
  const matching = filterStream(all, (message) => where(customer, message));
  let left = max;
  for await (const message of last === undefined ? matching : peekLast(matching, last)) {
    yield message;
    if (--left === 0) return;
  }
}

async function* filterStream<T>(stream: AsyncIterable<T>, matches: (item: T) => boolean): AsyncGenerator<T> {
  for await (const item of stream) if (matches(item)) yield item;
}
