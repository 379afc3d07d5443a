import { runTogether } from "../concurrency/run-together.ts";
import { createTaskPool } from "../concurrency/task-pool.ts";
import type { CustomerName } from "../domain/customer.ts";
import { Failure } from "../errors/failure.ts";
import type { LockedMessage, NamespaceConnection, Receiver } from "../ports/azure-services.ts";
import { type LockOptions, lockBatches, lockSessions, type TakeMessages } from "../receive/lock-messages.ts";
import { createEmptyCheck, peekRemaining } from "../receive/remaining-messages.ts";
import type { CommandCounters } from "./command-counters.ts";

export type CommandProcessing = Pick<LockOptions, "watch" | "idleMilliseconds" | "settled"> & {
  readonly customer: CustomerName;
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly counters: CommandCounters;
  readonly abandon: (...messages: readonly LockedMessage[]) => Promise<void>;
  /** Begins and ends the command in the counters. */
  readonly process: (locked: LockedMessage) => Promise<void>;
};

type ReadCommands = (options: LockOptions, take: TakeMessages) => Promise<void>;

const batch = 50;

/**
 * Processes a queue's commands, several at a time, and locks no more than are processed. In a queue with sessions that many
 * sessions are read at a time, and the commands of a session one after the other.
 */
export async function processCommands(connection: NamespaceConnection, commands: CommandProcessing): Promise<void> {
  const { watch, signal, counters, settled, customer } = commands;
  const receiver = await connection.receiver();
  const empty = createEmptyCheck(customer);
  for (;;) {
    const received = await processOnce(connection, receiver, commands);
    if (watch || signal.aborted || counters.remaining() <= 0) return;
    await settled();
    if (empty.isEmpty(await peekRemaining(receiver, { isWanted: () => true, signal }), received)) return;
  }
}

/** Resolves to whether there were commands. */
async function processOnce(
  connection: NamespaceConnection,
  receiver: Receiver,
  commands: CommandProcessing,
): Promise<boolean> {
  const { concurrency, signal, counters } = commands;
  let received = false;
  const note =
    (take: TakeMessages): TakeMessages =>
    (messages) => {
      received = true;
      return take(messages);
    };
  try {
    await processConcurrently(commands, (options, take) => lockBatches(receiver, options, note(take)));
  } catch (error) {
    if (received || !(error instanceof Failure) || error.code !== "SessionRequired") throw error;
    // With a maximum, several readers would each lock a command that only one of them may answer.
    const readers = Number.isFinite(counters.remaining()) ? 1 : concurrency;
    const read = (stop: AbortSignal) =>
      processConcurrently({ ...commands, concurrency: 1, signal: stop }, (options, take) =>
        lockSessions(connection, options, note(take)),
      );
    await runTogether(signal, Array(readers).fill(read));
  }
  return received;
}

async function processConcurrently(
  { process, abandon, counters, concurrency, signal, settled, ...how }: CommandProcessing,
  read: ReadCommands,
): Promise<void> {
  const stopping = new AbortController();
  const tasks = createTaskPool(concurrency, () => stopping.abort());
  const options: LockOptions = {
    ...how,
    signal: AbortSignal.any([signal, stopping.signal]),
    ready: tasks.ready,
    wanted: () => Math.min(tasks.free(), counters.remaining()),
    batch,
    sessions: 1,
    settled: async () => {
      await tasks.finish();
      await settled();
    },
  };
  const take: TakeMessages = async (messages) => {
    let begun = 0;
    try {
      for (const locked of messages) {
        await tasks.begin(() => process(locked));
        begun += 1;
      }
    } finally {
      if (begun < messages.length) await abandon(...messages.slice(begun));
    }
  };
  try {
    for (;;) {
      const before = counters.returned();
      await read(options, take);
      if (signal.aborted) return;
      while (counters.inProgress() > 0 && counters.returned() === before) await counters.change();
      if (counters.returned() === before) return;
    }
  } finally {
    await tasks.finish();
  }
}
