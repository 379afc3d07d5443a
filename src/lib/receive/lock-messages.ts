import { mergeStreams } from "../concurrency/merge-streams.ts";
import { Failure } from "../errors/failure.ts";
import type {
  KeepaliveOptions,
  LockedMessage,
  NamespaceConnection,
  Receiver,
  Session,
} from "../ports/azure-services.ts";
import { createBatchSizer } from "./batch-sizer.ts";
import { safeToLock } from "./delivery-guard.ts";

export type LockOptions = {
  /** Go on when the queue is empty. */
  readonly watch: boolean;
  readonly idleMilliseconds: number;
  readonly signal: AbortSignal;
  /** How many more are wanted now. */
  readonly wanted: () => number;
  /** How many to lock at a time, and at most while they are taken quickly. */
  readonly batch: number;
  readonly batchAtMost?: number;
  /** Given back messages are to be expected: none may become a dead letter by it. `held` of them are in our hands now. */
  readonly guard: { readonly held: () => number } | undefined;
  /** How many sessions at a time, where the queue has sessions. */
  readonly sessions: number;
  /** Resolves when no settlement is under way: a session is given free only then. */
  readonly settled: () => Promise<void>;
  readonly vigilance?: KeepaliveOptions;
};

/** How long one wait of a watch lasts: a connection that died meanwhile is found when it is over. */
const watchWaitMilliseconds = 5_000;

type Batches = AsyncGenerator<readonly LockedMessage[]>;

/**
 * A queue's messages, each locked for us, as they come: whoever is given some has to settle them or give them back. A queue
 * that requires sessions is read session by session.
 */
export async function* lockMessages(connection: NamespaceConnection, locking: LockOptions): Batches {
  const receiver = await connection.receiver();
  try {
    if (locking.watch && locking.guard === undefined && locking.wanted() === Number.POSITIVE_INFINITY)
      yield* receiver.tail(locking.signal, { keepalive: locking.vigilance });
    else yield* receiveBatches(receiver, locking);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "SessionRequired") throw error;
    yield* mergeStreams(
      locking.signal,
      Array.from(
        { length: locking.sessions },
        () => (signal: AbortSignal) => receiveSessions(connection, { ...locking, signal }),
      ),
    );
  }
}

/** No more than is still wanted, so that nothing is locked only to be given back. */
export async function* receiveBatches(receiver: Receiver, locking: LockOptions): Batches {
  const { watch, idleMilliseconds, signal, wanted, batch, guard } = locking;
  const appetite = createBatchSizer(batch, locking.batchAtMost);
  while (wanted() > 0 && !signal.aborted) {
    const most = Math.min(wanted(), appetite.next());
    const safe = guard ? await safeToLock(receiver, most, guard.held()) : most;
    const received = await receiver.receive(safe, watch ? watchWaitMilliseconds : idleMilliseconds);
    if (received.length === 0 && !watch) return;
    const start = performance.now();
    if (received.length > 0) yield received;
    appetite.learn(received, performance.now() - start);
  }
}

/** Each by itself. Whoever leaves in the middle of a batch must not keep its rest locked. */
export async function* flattenBatches(some: AsyncIterable<readonly LockedMessage[]>): AsyncGenerator<LockedMessage> {
  for await (const batch of some) {
    const rest = [...batch];
    try {
      for (let held = rest.shift(); held !== undefined; held = rest.shift()) yield held;
    } finally {
      await Promise.allSettled(rest.map((held) => held.abandon()));
    }
  }
}

/** The same as batches of one. */
export async function* splitBatches(some: AsyncIterable<readonly LockedMessage[]>): Batches {
  for await (const held of flattenBatches(some)) yield [held];
}

/** One session after the other, each until it is silent. */
export async function* receiveSessions(connection: NamespaceConnection, locking: LockOptions): Batches {
  const { watch, idleMilliseconds, signal, wanted, settled } = locking;
  while (wanted() > 0 && !signal.aborted) {
    const session = await connection.nextSession(watch ? watchWaitMilliseconds : idleMilliseconds);
    if (session) yield* ofSession(session, locking, settled);
    else if (!watch) return;
    // Nobody answers while there is no session, so that silence says nothing about the connection.
    else await (await connection.receiver()).peek(1, 0n);
  }
}

async function* ofSession(session: Session, locking: LockOptions, settled: () => Promise<void>) {
  await using open = session;
  try {
    yield* receiveBatches(open, { ...locking, watch: false, guard: undefined });
  } catch (error) {
    // Its messages come again with the session.
    if (!(error instanceof Failure) || error.code !== "SessionLockLost") throw error;
  } finally {
    await settled();
  }
}
