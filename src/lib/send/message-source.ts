import { randomUUID } from "node:crypto";
import type { Customer } from "../domain/customer.ts";
import { type Draft, draftOf } from "../domain/message-line.ts";
import { Failure } from "../errors/failure.ts";
import type { MessageContract } from "../receive/message-contract.ts";
import { draftTemplate } from "./draft-template.ts";
import { type JsonLine, readLines } from "./json-lines.ts";
import { atMostBytes, type MeasuredMessage } from "./message-size.ts";

/** The messages for each customer. */
export type MessageSource = {
  /** Opens the messages from the start. */
  open(customer: Pick<Customer, "name">): AsyncIterable<readonly MeasuredMessage[]>;
  /** False for a stream: it can be read once, and its messages are checked as they arrive. */
  readonly repeatable: boolean;
};

type Options = {
  readonly template: boolean;
  readonly contract: MessageContract;
  readonly scheduledAt?: Date;
};

const portion = 100;

/** The same message, a number of times. */
export function bodySource(draft: Draft, count: number, options: Options): MessageSource {
  const fill = options.template ? draftTemplate(draft) : () => draft;
  return {
    repeatable: true,
    open: async function* ({ name: customer }) {
      for (let done = 0; done < count; done += portion) {
        const numbers = Array.from({ length: Math.min(portion, count - done) }, (_, index) => done + index + 1);
        yield numbers.map((number) => measured(fill({ customer, count: number }), options));
      }
    },
  };
}

/** A message for each line of NDJSON. */
export const linesSource = (
  read: () => AsyncIterable<Uint8Array | string>,
  repeatable: boolean,
  options: Options,
): MessageSource => ({
  repeatable,
  open: async function* ({ name: customer }) {
    let count = 0;
    for await (const lines of readLines(read()))
      yield lines.map((line) => {
        count += 1;
        const draft = draftOfLine(line);
        const filled = options.template ? draftTemplate(draft)({ customer, count }) : draft;
        return measured(filled, options, line.number);
      });
  },
});

function draftOfLine({ number, text }: JsonLine): Draft {
  try {
    return draftOf(JSON.parse(text));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure("MessageLineInvalid", `line ${number}: ${why}`);
  }
}

function measured(draft: Draft, { contract, scheduledAt }: Options, line?: number): MeasuredMessage {
  const errors = contract(draft.body);
  if (errors.length > 0) {
    const which = line === undefined ? "the body" : `line ${line}: the body`;
    throw new Failure("ContractViolated", `${which} does not match the contract of commands: ${errors.join("; ")}`);
  }
  const message = { ...draft, messageId: draft.messageId ?? randomUUID(), ...(scheduledAt ? { scheduledAt } : {}) };
  return { message, line };
}

/** Reads all messages once, so that an error in the last line is found before the first message is sent. */
export async function surveySource(source: MessageSource, customers: readonly Pick<Customer, "name">[]) {
  // The longest customer name makes the largest messages.
  const [longest] = customers.toSorted((one, other) => other.name.length - one.name.length);
  let [messages, largest] = [0, 0];
  if (longest)
    for await (const some of source.open(longest)) {
      messages += some.length;
      largest = some.reduce((most, { message }) => Math.max(most, atMostBytes(message)), largest);
    }
  return { messages, largest };
}
