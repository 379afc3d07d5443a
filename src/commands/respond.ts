import { Command, Option } from "@commander-js/extra-typings";
import type { Context } from "../lib/cli/context.ts";
import { type Executed, exec } from "../lib/cli/exec.ts";
import { argument, count, duration } from "../lib/cli/parsers.ts";
import { plainLine } from "../lib/cli/plain-text.ts";
import type { Run, View } from "../lib/cli/run.ts";
import { teach } from "../lib/cli/teach.ts";
import type { Held } from "../lib/cloud.ts";
import { defined } from "../lib/defined.ts";
import { asFailure } from "../lib/failure.ts";
import { arrivals } from "../lib/messaging/arrivals.ts";
import { giveBack } from "../lib/messaging/give-back.ts";
import {
  type Customer,
  type CustomerName,
  customerName,
  type Provenance,
  provenance,
} from "../lib/tenancy/customer.ts";
import { findCustomer } from "../lib/tenancy/find-customer.ts";
import type { Incoming, Outgoing } from "../lib/tenancy/message.ts";
import { contentTypeOf } from "../lib/tenancy/message-record.ts";
import { isPing, pingStatusMilliseconds } from "../lib/tenancy/ping.ts";
import { bytesOf, statusId } from "../lib/tenancy/status.ts";

type Options = {
  readonly exec?: string | undefined;
  readonly max?: number | undefined;
  readonly once?: true | undefined;
  readonly idle: number;
};

type Responded = { readonly type: "responded" } & Provenance & {
    readonly commandId: string;
    readonly messageId: string;
    readonly outcome: "succeeded" | "failed";
    /** False: the command's lock ended while it was handled, so that it will come again. */
    readonly completed: boolean;
  };

/**
 * The Customer's side: reads commands, runs the handler, sends the status, and only then completes the command. The status id
 * derives from the command id, so that a crash between the two makes no second status where the queue detects duplicates.
 */
export async function* respond(
  context: Context,
  name: CustomerName,
  args: readonly string[],
  options: Options,
): AsyncGenerator<Responded> {
  const { cloud, config, log, signal } = context;
  const customer = findCustomer(await config.read(), name);
  const handle = options.exec === undefined ? echo : handler(context, customer, { program: options.exec, args });
  await using mailbox = await cloud.responderMailbox(customer);
  const [outbox, inbox] = await Promise.all([mailbox.outbox(), mailbox.inbox()]);
  const { max, once, idle: idleMilliseconds } = options;
  for await (const held of arrivals(inbox, { max, watch: !once, idleMilliseconds, signal })) {
    let begun = false;
    try {
      const command = held.message;
      const status = statusFor(command, await (isPing(command) ? echo(command) : handle(command)));
      await outbox.send(status);
      begun = true;
      const completed = await completedInTime(held);
      if (!completed) log.info(`command ${command.messageId} will come again: its lock ended while it was handled`);
      yield {
        type: "responded",
        ...provenance(customer, "status"),
        commandId: command.messageId ?? "",
        messageId: status.messageId,
        outcome: status.properties?.outcome === "failed" ? "failed" : "succeeded",
        completed,
      };
    } finally {
      if (!begun) await giveBack(held);
    }
  }
}

/** False when the lock ended first: the status is out, and the command will be delivered once more. */
async function completedInTime(held: Held): Promise<boolean> {
  try {
    await held.complete();
    return true;
  } catch (error) {
    if (asFailure(error).code === "MessageLockLost") return false;
    throw error;
  }
}

type Handler = (command: Incoming) => Promise<Executed & { readonly contentType?: string | undefined }>;

/** Without a program the status is the command's own body. */
const echo: Handler = async ({ body, contentType }) => ({ exitCode: 0, output: bytesOf(body), contentType });

const handler =
  (
    { terminal }: Context,
    customer: Customer,
    { program, args }: { program: string; args: readonly string[] },
  ): Handler =>
  async ({ body, messageId, correlationId, subject }) =>
    exec({
      program,
      args,
      input: bytesOf(body),
      env: {
        ...terminal.env,
        XTENANT_CUSTOMER: customer.name,
        ...defined({ XTENANT_MESSAGE_ID: messageId, XTENANT_CORRELATION_ID: correlationId, XTENANT_SUBJECT: subject }),
      },
    });

const statusFor = (command: Incoming, { exitCode, output, contentType }: Awaited<ReturnType<Handler>>): Outgoing => ({
  messageId: statusId(command),
  body: output,
  ...defined({
    correlationId: command.messageId,
    contentType: contentType ?? contentTypeOf(output),
    // A queue with sessions takes no status without one; whoever asked may wait in a session of their own.
    sessionId: command.replyToSessionId ?? command.sessionId,
    subject: command.subject,
    timeToLive: isPing(command) ? pingStatusMilliseconds : undefined,
  }),
  properties: { outcome: exitCode === 0 ? "succeeded" : "failed", exitCode },
});

export const view: View<Responded> = ({ customer, commandId, outcome, queue }, { green, red }) =>
  `${outcome === "succeeded" ? green(outcome) : red(outcome)} ${plainLine(commandId)} of ${customer}; status is in ${queue}`;

export const respondCommand = (run: Run) =>
  new Command("respond")
    .description("Act as the Customer, with the Customer's own identity: read commands, run a handler, write statuses.")
    .argument("<customer>", "a name from `xtenant customers list`", argument(customerName))
    .argument("[args...]", "arguments for the program of --exec; after -- when one begins with a dash")
    .option(
      "--exec <program>",
      "handle each command with this program: body on stdin, status body on stdout (default: echo)",
    )
    .option("-n, --max <count>", "stop after this many commands", count)
    .option("--once", "stop when the queue is empty")
    .addOption(
      new Option("--idle <duration>", "how long the queue must stay silent to count as empty")
        .argParser(duration)
        .default(1_000, "1s"),
    )
    .configureHelp(
      teach({
        examples: [
          {
            line: "xtenant respond acme",
            what: "answer each command with its own body, until interrupted",
            goesOn: true,
          },
          { line: "xtenant respond acme --once", what: "answer what is in the queue now" },
          {
            line: "xtenant respond acme --exec ./deploy.sh --max 1",
            what: "let a program answer one command: its output is the status, its exit code the outcome",
          },
        ],
        seeAlso: ["send", "poll", "help environment"],
      }),
    )
    .action(run(respond, view));
