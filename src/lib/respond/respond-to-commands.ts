import { produceStream } from "../concurrency/produce-stream.ts";
import type { Customer } from "../domain/customer.ts";
import type { HealthAddress } from "../health/health-address.ts";
import { observeCustomers } from "../health/observe-customers.ts";
import type { LockedMessage } from "../ports/azure-services.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import { openSettler } from "../receive/settler.ts";
import {
  type AnsweredCommand,
  answerCommand,
  type ResponderDependencies,
  type ReturnedCommand,
} from "./answer-command.ts";
import { createCommandCounters } from "./command-counters.ts";
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

/**
 * The customer's side: reads commands, runs the handler, sends the status, and only then completes the command. The status id
 * derives from the command id, so that a crash between the two makes no second status where the queue detects duplicates.
 */
export const respondToCommands = (
  context: UseCaseContext,
  customer: Customer,
  { handle, concurrency = 1, max, once = false, raw = false, health, ...options }: Responding,
): AsyncGenerator<AnsweredCommand | ReturnedCommand> =>
  produceStream(async ({ put, left }) => {
    const { attempts = defaultAttempts, pause: pauseMilliseconds = defaultPause, idle = defaultIdle } = options;
    const { log, signal } = context;
    await using fleet = await observeCustomers(context, [customer], health);
    await using connection = await fleet.azure.connectAsResponder(customer);
    await using settler = openSettler(log, customer.name);
    const sender = await connection.sender();
    const responder: ResponderDependencies = {
      customer,
      handle,
      sender,
      settler,
      raw,
      attempts,
      pauseMilliseconds,
      signal,
    };
    const counters = createCommandCounters(max);
    const process = async (locked: LockedMessage) => {
      counters.begin();
      let outcome: "answered" | "returned" = "returned";
      let record: AnsweredCommand | ReturnedCommand;
      try {
        record = await answerCommand(locked, responder);
        if (record.type === "responded") outcome = "answered";
      } finally {
        counters.end(outcome);
      }
      await put(record);
    };
    await processCommands(connection, {
      customer: customer.name,
      process,
      counters,
      concurrency,
      watch: !once,
      idleMilliseconds: idle,
      abandon: settler.abandon,
      settled: settler.settled,
      signal: AbortSignal.any([signal, left]),
    });
  });
