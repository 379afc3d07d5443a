import type { Customer } from "../domain/customer.ts";
import type { Incoming } from "../domain/message.ts";
import { omitUndefined } from "../domain/omit-undefined.ts";
import { isPing } from "../domain/ping.ts";
import type { HandlerResult } from "../domain/status-envelope.ts";
import { traceVariables } from "../domain/trace-context.ts";
import { runProgram } from "../processes/run-program.ts";

/** Answers a command. */
export type CommandHandler = (command: Incoming) => Promise<HandlerResult>;

/** Without a program the status is the command's own body. */
export const echoHandler: CommandHandler = async ({ body, contentType }) => {
  const now = new Date();
  return { outcome: "succeeded", exitCode: 0, output: body, contentType, startedAt: now, finishedAt: now };
};

type Program = {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The program is stopped after this time, and has failed. */
  readonly timeoutMilliseconds?: number;
};

/** Starts a program for each command, without a shell. A ping is answered without it. */
export const programHandler =
  (customer: Customer, { program, args, env, timeoutMilliseconds }: Program): CommandHandler =>
  async (command) => {
    if (isPing(command)) return echoHandler(command);
    const startedAt = new Date();
    const { exitCode, output, stopped } = await runProgram({
      program,
      args,
      input: command.body,
      env: { ...env, ...traceVariables(command.properties), ...about(customer, command) },
      timeoutMilliseconds,
    });
    const ended = { exitCode, output, startedAt, finishedAt: new Date() };
    if (stopped) return { ...ended, outcome: "failed", detail: `stopped after ${(timeoutMilliseconds ?? 0) / 1000} s` };
    if (exitCode === 0) return { ...ended, outcome: "succeeded" };
    return { ...ended, outcome: "failed", detail: `exit code ${exitCode}` };
  };

const about = ({ name }: Customer, command: Incoming) =>
  omitUndefined({
    XTENANT_CUSTOMER: name,
    XTENANT_MESSAGE_ID: command.messageId,
    XTENANT_CORRELATION_ID: command.correlationId,
    XTENANT_SUBJECT: command.subject,
    XTENANT_SESSION_ID: command.sessionId,
    XTENANT_DELIVERY_COUNT: String(command.deliveryCount),
  });
