import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { customerArgument } from "../../cli/options/customer-options.ts";
import { codeOf } from "../../cli/output/print-failure.ts";
import { wrapToPage } from "../../cli/output/wrap-text.ts";
import type { FailureOf, View } from "../../cli/run-command.ts";
import { type CustomerName, findCustomer, type Provenance, provenanceOf } from "../../lib/entry/customers.ts";
import { expectedFailure, type FailureRecord, failureFromRecord, failureRecord } from "../../lib/entry/errors.ts";
import { plainLine } from "../../lib/entry/values.ts";

export type Cancelled = Provenance & { readonly sequenceNumber: string } & (
    | { readonly type: "cancelled" }
    | { readonly type: "failed"; readonly error: FailureRecord }
  );

/** One after the other: Service Bus refuses a whole request when one of its numbers is unknown. */
export async function* cancel(
  { azure, config }: Context,
  name: CustomerName,
  numbers: readonly bigint[],
): AsyncGenerator<Cancelled> {
  const customer = findCustomer(await config.read(), name);
  const where = provenanceOf(customer, "command");
  await using connection = await azure.connectAsProvider(customer);
  const sender = await connection.sender();
  for (const number of numbers) {
    const sequenceNumber = String(number);
    try {
      await sender.cancelScheduled(number);
      yield { type: "cancelled", ...where, sequenceNumber };
    } catch (error) {
      yield { type: "failed", ...where, sequenceNumber, error: failureRecord(expectedFailure(error)) };
    }
  }
}

const failureOf: FailureOf<Cancelled> = (one) => {
  if (one.type === "cancelled") return undefined;
  const failure = failureFromRecord(one.error);
  return failure.with({ message: `number ${one.sequenceNumber}: ${failure.message}` });
};

export const view: View<Cancelled> = (one, { green, red }, page) => {
  const { sequenceNumber, customer } = one;
  if (one.type === "cancelled") return `${green(one.type)} ${sequenceNumber} of ${customer}`;
  const { error } = one;
  return wrapToPage(
    `${red(one.type)} ${sequenceNumber} of ${customer}: ${plainLine(error.message)}${codeOf(error)}`,
    page,
  );
};

const sequenceNumber = (text: string): bigint => {
  if (!/^\d{1,19}$/.test(text))
    throw new Error("expected a sequence number, as `send --at` and `scheduled list` print it.");
  return BigInt(text);
};

export const cancelCommand = defineCommand({
  name: "cancel",
  summary: "cancel scheduled messages",
  description: "Cancel scheduled commands of a customer by their sequence numbers.",
  arguments: {
    ...customerArgument,
    numbers: { description: "sequence numbers", variadic: true, parse: sequenceNumber },
  },
  changes: true,
  run: (context, { customer, numbers }) => cancel(context, customer, numbers),
  render: view,
  failureOf,
  examples: [
    { line: "xtenant scheduled cancel acme 1", what: "a number that is not in the queue: exit 6", exitCode: 6 },
    { line: "xtenant scheduled cancel acme 998 999 --json", what: "several numbers, one record each", exitCode: 6 },
  ],
  seeAlso: ["scheduled list", "send"],
});
