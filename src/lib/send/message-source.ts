import { randomUUID } from "node:crypto";
import { newCommandId } from "../domain/command-id.ts";
import type { Customer } from "../domain/customer.ts";
import { requireIdLengths } from "../domain/id-lengths.ts";
import { type Draft, parseDraft } from "../domain/message-line.ts";
import { Failure } from "../errors/failure.ts";
import type { MessageContract } from "../receive/message-contract.ts";
import { draftTemplate } from "./draft-template.ts";
import type { TemplateValues } from "./fill-template.ts";
import { createInvalidLines, type InvalidLine } from "./invalid-lines.ts";
import { type JsonLine, readLines } from "./json-lines.ts";
import { atMostBytes, type MeasuredMessage } from "./message-size.ts";

/** The messages for each customer. */
export type MessageSource = {
  /**
   * Opens the messages from the start. Without `onInvalid`, the first line that cannot be sent ends the stream with its failure.
   * `limit` is that of the queue, in bytes. A line that is longer than any message of this size is not read to its end.
   */
  open(
    customer: Pick<Customer, "name">,
    onInvalid?: (invalid: InvalidLine) => void,
    limit?: number,
  ): AsyncIterable<readonly MeasuredMessage[]>;
  /** False for a stream: it can be read once, and its messages are checked as they arrive. */
  readonly repeatable: boolean;
};

type Options = {
  readonly template: boolean;
  readonly contract: MessageContract;
  readonly scheduledAt?: Date;
};

const portion = 100;

/**
 * The same message, a number of times, or what a function makes for each of them. Several copies have one id with their numbers:
 * `k7m2-q4xd-9rtp-1`.
 */
export function bodySource(
  draft: Draft | ((values: TemplateValues) => Draft),
  count: number,
  options: Options,
): MessageSource {
  const filled = typeof draft === "function" ? draft : options.template ? draftTemplate(draft) : () => draft;
  const commonId = newCommandId();
  const fill = (values: TemplateValues): Draft => {
    const copy = filled(values);
    const own = count === 1 ? commonId : `${commonId}-${values.count}`;
    return copy.messageId === undefined ? { ...copy, messageId: own } : copy;
  };
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
  open: async function* ({ name: customer }, onInvalid, limit) {
    let count = 0;
    for await (const lines of readLines(read(), limit === undefined ? surveyedBytes : longestLine(limit))) {
      const valid: MeasuredMessage[] = [];
      for (const line of lines) {
        count += 1;
        try {
          if (line.isTooLong && limit === undefined) {
            valid.push({ ...unread, line: line.number });
            continue;
          }
          if (line.isTooLong) throw tooLongFor(line, limit);
          const draft = draftOfLine(line);
          const filled = options.template ? draftTemplate(draft)({ customer, count }) : draft;
          valid.push(measured(filled, options, line.number));
        } catch (error) {
          const failure = ofLine(line.number, error);
          if (onInvalid === undefined) {
            // The lines before it can be sent.
            yield valid;
            throw failure;
          }
          onInvalid({ line: line.number, failure });
        }
      }
      yield valid;
    }
  },
});

/** A longer line is judged only when the limit of the queue is known, and not kept before. */
const surveyedBytes = 8 * 1024 ** 2;
/** JSON may need six bytes for one (`\\u0000`), and its names and numbers have a size, too. */
const longestLine = (limit: number) => 6 * limit + 1024 ** 2;
/** Stands for a line that was not kept. It is never sent: the line is read again, with the limit of the queue. */
const unread = { message: { messageId: "", body: Buffer.alloc(0) }, isUnread: true } as const;

const tooLongFor = ({ problem }: JsonLine, limit: number | undefined) =>
  new Failure("MessageSizeExceeded", `${problem}; the queue takes messages of at most ${limit}`);

function draftOfLine(line: JsonLine): Draft {
  if (line.problem !== undefined) throw new Failure("MessageLineInvalid", line.problem);
  try {
    return parseDraft(line.text);
  } catch (error) {
    throw new Failure("MessageLineInvalid", error instanceof Error ? error.message : String(error));
  }
}

const ofLine = (number: number, error: unknown): Failure => {
  if (!(error instanceof Failure)) throw error;
  return error.with({ message: `line ${number}: ${error.message}` });
};

function measured(draft: Draft, { contract, scheduledAt }: Options, line?: number): MeasuredMessage {
  const errors = contract(draft);
  if (errors.length > 0)
    throw new Failure("ContractViolated", `the body does not match the contract of commands: ${errors.join("; ")}`);
  // A copy has the ids that Service Bus accepted before.
  if (draft.bare === undefined) requireIdLengths(draft);
  const message = {
    ...draft,
    messageId: draft.messageId ?? (draft.bare ? "" : randomUUID()),
    ...(scheduledAt ? { scheduledAt } : {}),
  };
  return { message, line };
}

/** Reads all messages once, so that every line that cannot be sent is known before the first message is sent. */
export async function surveySource(source: MessageSource, customers: readonly Pick<Customer, "name">[]) {
  // The longest customer name makes the largest messages.
  const [longest] = customers.toSorted((one, other) => other.name.length - one.name.length);
  const invalid = createInvalidLines();
  let [messages, largest] = [0, 0];
  if (longest)
    for await (const some of source.open(longest, invalid.add)) {
      messages += some.length;
      for (const { message, isUnread } of some)
        largest = Math.max(largest, isUnread ? Number.POSITIVE_INFINITY : atMostBytes(message));
    }
  return { messages, largest, invalid };
}
