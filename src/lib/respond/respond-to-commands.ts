import { produceStream } from "../concurrency/produce-stream.ts";
import { workWithReconnect } from "../concurrency/reconnect.ts";
import type { Customer } from "../domain/customer.ts";
import type { HealthAddress } from "../health/health-address.ts";
import { observeCustomers } from "../health/observe-customers.ts";
import type { AzureServices, LockedMessage } from "../ports/azure-services.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import { type CustomerFailed, failedRecord, type Recovered, recoveredRecord } from "../receive/receive-record.ts";
import { openSettler } from "../receive/settler.ts";
import {
  type AnsweredCommand,
  answerCommand,
  type ResponderDependencies,
  type ReturnedCommand,
} from "./answer-command.ts";
import { type CommandCounters, createCommandCounters } from "./command-counters.ts";
import type { CommandHandler } from "./command-handler.ts";
import { processCommands } from "./process-commands.ts";

/** Times in milliseconds. */
export type Responding = {
  readonly handle: CommandHandler;
  readonly concurrency?: number;
  readonly attempts?: number;
  readonly pause?: number;
  readonly raw?: boolean;
  readonly max?: number;
  readonly once?: boolean;
  readonly idle?: number;
  readonly health?: HealthAddress;
};

const defaultAttempts = 3;
const defaultPause = 1_000;
const defaultIdle = 1_000;

/** The records of a responder. */
export type RespondRecord = AnsweredCommand | ReturnedCommand | CustomerFailed | Recovered;

/**
 * The customer's side: reads commands, runs the handler, sends the status, and only then completes the command. The status id
 * derives from the command id, so that a crash between the two makes no second status where the queue detects duplicates.
 * Unless it ends when the queue is empty, it connects again after each failure that may pass.
 */
export const respondToCommands = (
  context: UseCaseContext,
  customer: Customer,
  { handle, concurrency = 1, max, once = false, raw = false, health, ...options }: Responding,
): AsyncGenerator<RespondRecord> =>
  produceStream(async ({ put, left }) => {
    const { attempts = defaultAttempts, pause: pauseMilliseconds = defaultPause, idle = defaultIdle } = options;
    const { log } = context;
    const signal = AbortSignal.any([context.signal, left]);
    await using fleet = await observeCustomers(context, [customer], health);
    const { azure } = fleet;
    const counters = createCommandCounters(max);
    const report = (record: CustomerFailed | Recovered) => {
      fleet.observe(record);
      return put(record);
    };
    const work = async (): Promise<"done"> => {
      await using connection = await azure.connectAsResponder(customer);
      await using settler = openSettler(log, customer.name);
      const sender = await connection.sender();
      const responder: ResponderDependencies = {
        ...{ customer, handle, sender, settler, raw, attempts, pauseMilliseconds },
        ...{ reconnects: !once, signal: context.signal },
      };
      await processCommands(connection, {
        customer: customer.name,
        process: async (locked) => void (await put(await countedAnswer(locked, responder, counters))),
        counters,
        concurrency,
        watch: !once,
        idleMilliseconds: idle,
        abandon: settler.abandon,
        settled: settler.settled,
        signal,
      });
      return "done";
    };
    if (once) return void (await work());
    await workWithReconnect({
      signal,
      work,
      probe: () => requireWorking(azure, customer),
      endsAt: ({ retryable }) => !retryable,
      onFailed: (error) => report(failedRecord(customer, error, "command")),
      onRecovered: () => report(recoveredRecord(customer, "command")),
    });
  });

async function countedAnswer(
  locked: LockedMessage,
  responder: ResponderDependencies,
  counters: CommandCounters,
): Promise<AnsweredCommand | ReturnedCommand> {
  counters.begin();
  let outcome: "answered" | "returned" = "returned";
  try {
    const record = await answerCommand(locked, responder);
    if (record.type === "responded") outcome = "answered";
    return record;
  } finally {
    counters.end(outcome);
  }
}

/** The sender, too: a command whose status cannot be sent would be handled and returned, with one delivery more each time. */
async function requireWorking(azure: AzureServices, customer: Customer): Promise<void> {
  await using connection = await azure.connectAsResponder(customer);
  await (await connection.receiver()).peek(1);
  await (await connection.sender()).probe();
}
