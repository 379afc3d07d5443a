import { mapConcurrent } from "../concurrency/map-concurrent.ts";
import { mergeStreams } from "../concurrency/merge-streams.ts";
import { Failure } from "../errors/failure.ts";
import type { LockedMessage, NamespaceConnection } from "../ports/azure-services.ts";
import { flattenBatches, type LockOptions, receiveBatches, receiveSessions } from "../receive/lock-messages.ts";
import type { CommandCounters } from "./command-counters.ts";

export type CommandProcessing<Told> = Pick<LockOptions, "watch" | "idleMilliseconds" | "settled"> & {
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly tally: CommandCounters;
  readonly leave: (held: LockedMessage) => Promise<void>;
  /** Begins and ends the command in the tally. */
  readonly work: (held: LockedMessage) => Promise<Told>;
};

/**
 * Works on a queue's commands, several at a time, and locks no more than are worked on. In a queue with sessions that many
 * sessions are read at a time, each command of a session after the one before.
 */
export async function* processCommands<Told>(
  connection: NamespaceConnection,
  commands: CommandProcessing<Told>,
): AsyncGenerator<Told> {
  const { concurrency, signal } = commands;
  const receiver = await connection.receiver();
  try {
    yield* hands(commands, concurrency, signal, (locking) => receiveBatches(receiver, locking));
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "SessionRequired") throw error;
    const one = (stop: AbortSignal) => hands(commands, 1, stop, (locking) => receiveSessions(connection, locking));
    // Several at a time would each lock what only one of them is to answer.
    const sessions = Number.isFinite(commands.tally.left()) ? 1 : concurrency;
    yield* mergeStreams(
      signal,
      Array.from({ length: sessions }, () => one),
    );
  }
}

type Source = (locking: LockOptions) => AsyncIterable<readonly LockedMessage[]>;

async function* hands<Told>(
  { work, leave, ...commands }: CommandProcessing<Told>,
  atMost: number,
  signal: AbortSignal,
  source: Source,
): AsyncGenerator<Told> {
  const stopping = new AbortController();
  const ending = AbortSignal.any([signal, stopping.signal]);
  let pending = 0;
  const begin = (held: LockedMessage) => {
    pending += 1;
    return work(held);
  };
  const free = () => atMost - pending;
  const arriving = arrivingCommands({ ...commands, signal: ending }, free, source);
  const stop = () => stopping.abort();
  for await (const told of mapConcurrent(arriving, { work: begin, atMost, stop, leave, anyOrder: true })) {
    pending -= 1;
    yield told;
  }
}

/** Ends when the queue is empty or enough is answered, and not before no command in hand can come back. */
async function* arrivingCommands(
  { tally, signal, ...how }: Omit<CommandProcessing<never>, "work" | "leave" | "concurrency">,
  free: () => number,
  source: Source,
): AsyncGenerator<LockedMessage> {
  const wanted = () => Math.min(free(), tally.left());
  for (;;) {
    const before = tally.returned();
    yield* flattenBatches(source({ ...how, signal, wanted, batch: 50, guard: undefined, sessions: 1 }));
    if (signal.aborted) return;
    while (tally.inHand() > 0 && tally.returned() === before) await tally.change();
    if (tally.returned() === before) return;
  }
}
