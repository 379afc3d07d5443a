import { runTogether } from "../concurrency/run-together.ts";
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
import { createEmptyCheck, type Drain, type ReceivedOrRemaining, receiveAndPeek } from "./remaining-messages.ts";

export type LockOptions = {
  /** Continue when the queue is empty. */
  readonly watch: boolean;
  readonly idleMilliseconds: number;
  readonly signal: AbortSignal;
  /** Resolves when more messages may be locked. */
  readonly ready?: () => Promise<void>;
  /** How many more messages are wanted now. */
  readonly wanted: () => number;
  /** How many messages to lock at a time, and at most while they are processed quickly. */
  readonly batch: number;
  readonly batchAtMost?: number;
  /**
   * Set where a batch may be locked during the processing of the one before. Abandons the messages of a batch that is not
   * processed, because the processing of the one before has failed.
   */
  readonly abandon?: (messages: readonly LockedMessage[]) => Promise<void>;
  /**
   * Set when messages may be abandoned, with the number of messages that are held back: then no message is locked that would
   * become a dead letter by it.
   */
  readonly guard?: () => number | undefined;
  /** How many sessions at a time, where the queue has sessions. */
  readonly sessions: number;
  /** Resolves when the messages that were received so far are settled. A session is closed only then. */
  readonly settled: () => Promise<void>;
  readonly keepalive?: KeepaliveOptions;
  /** Set for a run that ends when the queue is empty: silence alone does not mean that. */
  readonly drain?: Drain;
};

/** Processes locked messages. It must settle them, also when it fails. */
export type TakeMessages = (messages: readonly LockedMessage[]) => Promise<void>;

export type MessageSource = Pick<Receiver, "peek" | "receive">;

/** How long one wait of a watch lasts: a connection that died meanwhile is found when it is over. */
const watchWaitMilliseconds = 5_000;

/** Locks a queue's messages as they come. A queue that requires sessions is read session by session. */
export async function lockMessages(
  connection: NamespaceConnection,
  options: LockOptions,
  take: TakeMessages,
): Promise<void> {
  const receiver = await connection.receiver();
  let received = 0;
  const countAndTake: TakeMessages = (messages) => {
    received += messages.length;
    return take(messages);
  };
  try {
    if (options.watch && options.guard?.() === undefined && options.wanted() === Number.POSITIVE_INFINITY)
      await tailQueue(receiver, options, countAndTake);
    else await lockBatches(receiver, options, countAndTake);
  } catch (error) {
    if (received > 0 || !(error instanceof Failure) || error.code !== "SessionRequired") throw error;
    await drainSessions(connection, options, countAndTake, () => received);
  }
}

/** Reads the sessions until a peek finds no more messages; in a watch, until the signal aborts. */
async function drainSessions(
  connection: NamespaceConnection,
  options: LockOptions,
  take: TakeMessages,
  received: () => number,
): Promise<void> {
  const { sessions, signal, wanted, drain } = options;
  const reader = (stop: AbortSignal) => lockSessions(connection, { ...options, signal: stop }, take);
  const empty = drain && createEmptyCheck(drain.customer);
  for (;;) {
    const before = received();
    await runTogether(signal, Array(sessions).fill(reader));
    if (!empty || signal.aborted || wanted() <= 0) return;
    if (empty.isEmpty(await drain.peekRemaining(), received() > before)) return;
  }
}

async function tailQueue(receiver: Receiver, { signal, keepalive }: LockOptions, take: TakeMessages): Promise<void> {
  for await (const messages of receiver.tail(signal, { keepalive })) await take(messages);
}

/**
 * Locks no more than is still wanted, so that nothing is locked only to be abandoned. While a queue has many small messages, the next
 * batch comes during the processing of the one before: neither side then waits for the other.
 */
export async function lockBatches(source: MessageSource, options: LockOptions, take: TakeMessages): Promise<void> {
  const { watch, idleMilliseconds, signal, ready, wanted, guard, drain, abandon } = options;
  const sizer = createBatchSizer(options.batch, options.batchAtMost);
  const empty = drain && createEmptyCheck(drain.customer);
  const wait = watch ? watchWaitMilliseconds : idleMilliseconds;
  let receivedSome = false;
  let mayBeEmpty = true;
  let ahead: BatchAhead | undefined;
  for (;;) {
    await ready?.();
    const most = ahead?.size ?? Math.min(wanted(), sizer.next());
    if (most <= 0 || (signal.aborted && !ahead)) return;
    if (mayBeEmpty && (await drain?.isEmpty?.())) return;
    const heldBack = guard?.();
    const safe =
      heldBack === undefined || ahead ? most : await safeToLock(source, most, { heldAlready: heldBack, signal });
    const receiving = ahead?.messages ?? source.receive(safe, wait, signal);
    ahead = undefined;
    const { messages, remaining }: ReceivedOrRemaining =
      drain === undefined ? { messages: await receiving } : await receiveAndPeek(receiving, wait, drain);
    if (messages.length === 0 && !watch) {
      if (!empty || remaining === undefined || signal.aborted || empty.isEmpty(remaining, receivedSome)) return;
      receivedSome = false;
      continue;
    }
    receivedSome = true;
    mayBeEmpty = messages.length < most;
    const size = Math.min(wanted() - messages.length, sizer.next());
    // Batches that have grown are processed quickly, so that no lock ends before its message has its turn.
    if (abandon && !mayBeEmpty && heldBack === undefined && size > options.batch && !signal.aborted)
      ahead = receiveAhead(source, { size, wait, signal, abandon });
    const start = performance.now();
    try {
      if (messages.length > 0) await take(messages);
    } catch (error) {
      await ahead?.release();
      throw error;
    }
    sizer.learn(messages, performance.now() - start);
  }
}

type BatchAhead = {
  readonly size: number;
  readonly messages: Promise<readonly LockedMessage[]>;
  /** For a batch that nobody will take. */
  release(): Promise<void>;
};

type AheadOptions = Required<Pick<LockOptions, "abandon" | "signal">> & {
  readonly size: number;
  readonly wait: number;
};

function receiveAhead(source: MessageSource, { size, wait, signal, abandon }: AheadOptions): BatchAhead {
  const unwanted = new AbortController();
  const messages = source.receive(size, wait, AbortSignal.any([signal, unwanted.signal]));
  // Who waits for the messages gets the failure.
  messages.catch(() => {});
  return {
    size,
    messages,
    release: async () => {
      unwanted.abort();
      await abandon(await messages.catch(() => []));
    },
  };
}

/** Reads one session after the other, each until it is silent. */
export async function lockSessions(
  connection: NamespaceConnection,
  options: LockOptions,
  take: TakeMessages,
): Promise<void> {
  const { watch, idleMilliseconds, signal, ready, wanted } = options;
  for (;;) {
    await ready?.();
    if (wanted() <= 0 || signal.aborted) return;
    const session = await connection.nextSession(watch ? watchWaitMilliseconds : idleMilliseconds);
    if (session) await lockSession(session, options, take);
    else if (!watch) return;
    // No session answers now, so silence says nothing about the connection: a peek does.
    else await (await connection.receiver()).peek(1, 0n);
  }
}

async function lockSession(open: Session, options: LockOptions, take: TakeMessages): Promise<void> {
  await using session = open;
  const receive: MessageSource["receive"] = (...args) => session.receive(...args).catch(endOfLostSession);
  try {
    await lockBatches(
      { peek: session.peek, receive },
      { ...options, watch: false, guard: undefined, drain: undefined, abandon: undefined },
      take,
    );
  } finally {
    await options.settled();
  }
}

/** The messages of a session whose lock is lost are delivered again with the session. */
function endOfLostSession(error: unknown): readonly LockedMessage[] {
  if (!(error instanceof Failure) || error.code !== "SessionLockLost") throw error;
  return [];
}
