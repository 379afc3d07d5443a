import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";
import Long from "long";
import type { Incoming } from "../../domain/message.ts";
import { Failure } from "../../errors/failure.ts";
import type { LockedMessage, Receiver } from "../../ports/azure-services.ts";
import { callAzure, createLinkCaller, type LinkCaller } from "../call-policy.ts";
import type { ErrorContext } from "../error-mapping.ts";
import { closeQuietly } from "./close-quietly.ts";
import { decodeMessage } from "./decode-message.ts";
import { receiveBatchesOnLink } from "./link-batches.ts";
import { endBatch, withholdCredit } from "./sdk-internals.ts";
import { tailQueue } from "./tail-receiver.ts";

/** How much longer than its own time limit a call may take before the connection counts as dead. */
const graceMilliseconds = 20_000;

/** After the first message of a batch, the others that are in the queue arrive without a pause. */
const lingerMilliseconds = 100;

/** A settlement that takes longer counts as failed, and the message is redelivered: a dead connection must not delay the end. */
const settleMilliseconds = 8_000;

const completing = "completing a message";

/** The call, with a first attempt that has failed already. */
function failFirst<T>(error: unknown, call: () => Promise<T>): () => Promise<T> {
  let attempt = (): Promise<T> => Promise.reject(error);
  return () => {
    const now = attempt;
    attempt = call;
    return now();
  };
}

/** The lock of a message: its own, or that of its session. */
export type Lock = {
  until(message: ServiceBusReceivedMessage): Date | undefined;
  renew(message: ServiceBusReceivedMessage): Promise<unknown>;
};

/** A queue, a subqueue or a session to read from, in peek-lock mode only: nothing is received and deleted in one step. */
export function openReceiver(
  receiver: ServiceBusReceiver,
  context: ErrorContext,
  lock: Lock = ownLock(receiver),
): Receiver {
  const callLink = createLinkCaller(context);
  const batches = receiveBatchesOnLink(receiver, {
    linger: lingerMilliseconds,
    drain: graceMilliseconds,
    settle: settleMilliseconds,
  });
  const settle = async (what: string, call: () => Promise<unknown>) =>
    void (await callLink(what, settleMilliseconds, call));
  const settleAgain = (error: unknown, call: () => Promise<unknown>) =>
    error instanceof Failure ? Promise.reject(error) : settle(completing, failFirst(error, call));
  /** A class, because an object with its own functions for each message costs the garbage collector more. */
  class Locked implements LockedMessage {
    readonly message: Incoming;
    readonly #message: ServiceBusReceivedMessage;
    #isHeld = true;
    constructor(message: ServiceBusReceivedMessage) {
      this.message = decodeMessage(message);
      this.#message = message;
      context.unfinished?.begin();
    }
    #release() {
      if (this.#isHeld) context.unfinished?.end();
      this.#isHeld = false;
    }
    #released(settling: Promise<void>) {
      return settling.finally(() => this.#release());
    }
    get lockedUntil() {
      return lock.until(this.#message) ?? new Date(0);
    }
    complete() {
      const call = () => receiver.completeMessage(this.#message);
      const completed = batches.complete(this.#message);
      if (completed === undefined) return this.#released(settle(completing, call));
      return completed.then(
        () => this.#release(),
        // What failed may pass: it is then repeated as every other call over the link.
        (error) => this.#released(settleAgain(error, call)),
      );
    }
    abandon() {
      return this.#released(settle("abandoning a message", () => receiver.abandonMessage(this.#message)));
    }
    deadLetter(deadLetterReason: string, deadLetterErrorDescription: string) {
      const reason = { deadLetterReason, deadLetterErrorDescription };
      const call = () => receiver.deadLetterMessage(this.#message, reason);
      return this.#released(settle("dead-lettering a message", call));
    }
    renewLock() {
      return settle("renewing a lock", () => lock.renew(this.#message));
    }
  }
  const hold = (message: ServiceBusReceivedMessage): LockedMessage => new Locked(message);
  const peek = async (max: number, from: bigint | undefined) => {
    const start = from === undefined ? {} : { fromSequenceNumber: Long.fromString(String(from)) };
    return (await receiver.peekMessages(max, start)).map(decodeMessage);
  };
  // Once only: on a link that the SDK has opened, the call would receive a message.
  let opening: Promise<void> | undefined;
  return {
    open: () => (opening ??= attach(receiver, callLink)),
    peek: (max, from) => callLink("peeking", 3 * graceMilliseconds, () => peek(max, from)),
    receive: async (max, waitMilliseconds, signal) => {
      opening ??= Promise.resolve();
      const onAbort = () => endBatch(receiver);
      signal?.addEventListener("abort", onAbort, { once: true });
      const receive = () => receiver.receiveMessages(max, { maxWaitTimeInMs: waitMilliseconds });
      try {
        return (await callLink("receiving", waitMilliseconds + graceMilliseconds, receive)).map(hold);
      } finally {
        signal?.removeEventListener("abort", onAbort);
      }
    },
    receiveDeferred: async (sequenceNumber) => {
      const wanted = Long.fromString(String(sequenceNumber));
      const receive = () => receiver.receiveDeferredMessages(wanted);
      const [message] = await callLink("receiving a deferred message", 3 * graceMilliseconds, receive);
      if (message === undefined) throw new Failure("MessageNotFound");
      return hold(message);
    },
    tail: (signal, tailing) =>
      tailQueue(receiver, { ...tailing, hold, context, signal, ping: () => callAzure(context, () => peek(1, 0n)) }),
  };
}

/** To connect, to authorize and to attach. */
const attachMilliseconds = 60_000;

/** Opens the receiver's link without credit, so that no message is locked, and closes it. */
export async function probeReceiver(receiver: ServiceBusReceiver, context: ErrorContext): Promise<void> {
  try {
    await attach(receiver, createLinkCaller(context));
  } finally {
    await closeQuietly("a link", receiver);
  }
}

/** Where a link cannot be opened without credit, a peek needs the same claim. */
async function attach(receiver: ServiceBusReceiver, callLink: LinkCaller): Promise<void> {
  const give = withholdCredit(receiver);
  const open = (): Promise<unknown> => (give ? receiver.receiveMessages(1) : receiver.peekMessages(1));
  await callLink("opening a link", attachMilliseconds, open).finally(give);
}

const ownLock = (receiver: ServiceBusReceiver): Lock => {
  const renewed = new WeakMap<ServiceBusReceivedMessage, Date>();
  return {
    until: (message) => renewed.get(message) ?? message.lockedUntilUtc,
    renew: async (message) => void renewed.set(message, await receiver.renewMessageLock(message)),
  };
};
