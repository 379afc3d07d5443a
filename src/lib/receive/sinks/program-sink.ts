import type { Customer } from "../../domain/customer.ts";
import type { Incoming } from "../../domain/message.ts";
import { utf8Text } from "../../domain/message-body.ts";
import { messageRecord } from "../../domain/message-record.ts";
import { omitUndefined } from "../../domain/omit-undefined.ts";
import { traceVariables } from "../../domain/trace-context.ts";
import { runProgram } from "../../processes/run-program.ts";
import type { Sink } from "./sink.ts";

type Options = {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly atOnce: number;
};

/** A program that is started for each message, without a shell. The body is its stdin, the rest is in its environment. Exit code 0 accepts the message. */
export const programSink = ({ program, args, env, atOnce }: Options): Sink => ({
  name: "exec",
  atOnce,
  refuses: true,
  probe: async () => {},
  deliver: async (customer, message) => {
    const input = message.body;
    const { exitCode, output } = await runProgram({
      program,
      args,
      input,
      // If this process is killed, the program reads the end of a body that is too short. It compares the length.
      env: {
        ...env,
        ...traceVariables(message.properties),
        ...about(customer, message),
        XTENANT_BODY_BYTES: String(input.length),
      },
    });
    const said = output.length === 0 ? {} : { output: utf8Text(output) ?? Buffer.from(output).toString("base64") };
    return { outcome: exitCode === 0 ? "accepted" : "refused", details: { exitCode, ...said } };
  },
  [Symbol.asyncDispose]: async () => {},
});

/** Longer values do not fit into every environment (Linux: 128 KB for each variable). */
const longestProperties = 64 * 1024;

function about(customer: Customer, message: Incoming) {
  const properties = JSON.stringify(messageRecord(message).properties);
  return omitUndefined({
    XTENANT_CUSTOMER: customer.name,
    XTENANT_NAMESPACE: customer.namespace,
    XTENANT_QUEUE: customer.statusQueue,
    XTENANT_MESSAGE_ID: message.messageId,
    XTENANT_CORRELATION_ID: message.correlationId,
    XTENANT_SUBJECT: message.subject,
    XTENANT_CONTENT_TYPE: message.contentType,
    XTENANT_CONTENT_ENCODING: message.contentEncoding,
    XTENANT_SESSION_ID: message.sessionId,
    XTENANT_SEQUENCE_NUMBER: String(message.sequenceNumber),
    XTENANT_ENQUEUED_AT: message.enqueuedAt.toISOString(),
    XTENANT_DELIVERY_COUNT: String(message.deliveryCount),
    XTENANT_PROPERTIES: properties.length > longestProperties ? undefined : properties,
  });
}
