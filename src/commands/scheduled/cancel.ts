import { Command } from "@commander-js/extra-typings";
import type { Context } from "../../cli/context.ts";
import { withExamples } from "../../cli/help/command-help.ts";
import { parseArgument, parseRepeatedArgument } from "../../cli/options/parsers.ts";
import type { FailureOf, Run, View } from "../../cli/run-command.ts";
import { findCustomer } from "../../lib/config/select-customers.ts";
import { type CustomerName, type Provenance, parseCustomerName, provenanceOf } from "../../lib/domain/customer.ts";
import { expectedFailure, Failure, type FailureRecord, failureRecord } from "../../lib/errors/failure.ts";

type Cancelled = Provenance & { readonly sequenceNumber: string } & (
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
  const { kind, message, ...options } = one.error;
  return new Failure(kind, `number ${one.sequenceNumber}: ${message}`, options);
};

const view: View<Cancelled> = ({ type, sequenceNumber, customer }, { green, red }) =>
  `${type === "cancelled" ? green(type) : red(type)} ${sequenceNumber} of ${customer}`;

const sequenceNumber = (text: string): bigint => {
  if (!/^\d{1,19}$/.test(text))
    throw new Error("expected a sequence number, as `send --at` and `scheduled list` tell it.");
  return BigInt(text);
};

export const cancelCommand = (run: Run) =>
  new Command("cancel")
    .summary("take some back before their time")
    .description("Cancel scheduled commands of a Customer by their sequence numbers.")
    .argument("<customer>", "a name from `xtenant customers list`", parseArgument(parseCustomerName))
    .argument("<numbers...>", "sequence numbers", parseRepeatedArgument(sequenceNumber))
    .configureHelp(
      withExamples({
        examples: [
          { line: "xtenant scheduled cancel acme 1", what: "one that is not there any more: exit 6", exitCode: 6 },
          { line: "xtenant scheduled cancel acme 998 999 --json", what: "several; each has its record", exitCode: 6 },
        ],
        seeAlso: ["scheduled list", "send"],
      }),
    )
    .action((name, numbers) => run(cancel, view, failureOf)(name, numbers));
