import type { ServiceBusReceiver } from "@azure/service-bus";
import type { Delivery, Message } from "rhea";
import { noAnswer } from "../../concurrency/timeout.ts";
import { sdkTracing } from "../sdk-tracing-state.ts";
import { LinkMessage } from "./link-message.ts";
import { type BatchReceiving, receiveBatchesWith, type SdkBatch, settleWithSdk } from "./sdk-internals.ts";

/*
 * Receives batches and completes their messages on the link that the SDK has opened, with rhea's own functions and events. The SDK
 * makes several copies of each message, and a promise, two timers and two spans for each completion
 * (docs/internals/decisions/0044-batches-on-the-link.md). It still opens the link, authorizes it and renews its token. It also abandons
 * and dead-letters messages, and translates what the service says when it refuses a completion.
 */

/** A receiving link of rhea, with what is used here. Its delivery mode is peek-lock, and the SDK gives it no credit. */
export type RheaReceiver = {
  readonly credit: number;
  drain: boolean;
  is_open(): boolean;
  add_credit(credit: number): void;
  drain_credit(): void;
  /** rhea calls it with each event of the link, on the link itself, so that it can be replaced there. */
  dispatch(name: string, ...context: readonly unknown[]): boolean;
};

type LinkEvent = { readonly message: Message; readonly delivery: SettledDelivery };
/** rhea sets `settled` of a delivery that the service has settled after the event. */
type SettledDelivery = Delivery & { settled: boolean; readonly remote_state?: { readonly error?: unknown } };

/** In milliseconds. */
export type BatchWaits = {
  /** After the first message, for more. */
  readonly linger: number;
  /** For the answer that no more messages follow, before the link is closed. */
  readonly drain: number;
  /** For the answer to a completion. */
  readonly settle: number;
};

export type LinkBatches = {
  /**
   * Completes a message that came with a batch. Undefined where that is for the SDK to do: for any other message, when the link is
   * closed, and when its spans are wanted. Rejects with the SDK's error, or with Failure "unavailable" NoAnswer.
   */
  complete(message: unknown): Promise<void> | undefined;
};

/** Has `receiveMessages` of this receiver receive its batches here. */
export function receiveBatchesOnLink(receiver: ServiceBusReceiver, waits: BatchWaits): LinkBatches {
  const links = new WeakMap<object, Completions>();
  receiveBatchesWith(receiver, (batch) => {
    const { rhea } = batch.link;
    const completions = links.get(rhea) ?? new Completions(receiver, rhea, waits.settle);
    links.set(rhea, completions);
    return receiveBatch(batch, completions, waits);
  });
  return {
    complete: (message) => {
      if (sdkTracing.isOn || !(message instanceof LinkMessage)) return undefined;
      return links.get(message.delivery.link)?.complete(message.delivery as SettledDelivery);
    },
  };
}

/** The batch that is being received, as the SDK controls it. */
function receiveBatch(
  { link, max, milliseconds }: SdkBatch,
  completions: Completions,
  { linger, drain }: BatchWaits,
): BatchReceiving {
  const { rhea } = link;
  const messages: LinkMessage[] = [];
  const result = Promise.withResolvers<readonly LinkMessage[]>();
  const start = performance.now();
  let isDraining = false;
  let timer = setTimeout(() => finish(), milliseconds);

  const end = () => {
    clearTimeout(timer);
    completions.take = undefined;
    endListening();
    if (isDraining) rhea.drain = false;
  };
  const resolve = () => {
    end();
    result.resolve(messages);
  };
  const reject = (error: unknown) => {
    end();
    result.reject(error);
  };
  /** Credit that is left must not lock a message after the batch. */
  const finish = () => {
    if (isDraining) return;
    if (rhea.credit <= 0 || !rhea.is_open()) return resolve();
    isDraining = true;
    clearTimeout(timer);
    // A link whose credit is unknown is of no use.
    timer = setTimeout(() => void link.close().then(resolve, resolve), drain);
    rhea.drain_credit();
  };
  const take = (name: string, event: LinkEvent): boolean => {
    if (name === "receiver_drained" && isDraining) resolve();
    if (name !== "message") return false;
    messages.push(new LinkMessage(event.message, event.delivery));
    if (messages.length >= max) finish();
    else if (messages.length === 1 && !isDraining) {
      clearTimeout(timer);
      timer = setTimeout(() => finish(), Math.max(0, Math.min(milliseconds - (performance.now() - start), linger)));
    }
    return true;
  };
  const endListening = link.onError((error) => reject(error));
  completions.take = take;
  const missing = max - rhea.credit;
  if (missing > 0) rhea.add_credit(missing);
  return {
    messages: result.promise,
    finish,
    /** Without an error, the caller gets what has arrived. */
    terminate: (error: unknown) => (error === undefined || error === null ? resolve() : reject(error)),
  };
}

type Completion = { readonly since: number; readonly resolve: () => void; readonly reject: (error: unknown) => void };

/** The completions of one link that the service has not answered. They have one timer. */
class Completions {
  /** Set while a batch is received. Returns whether the event ends there. */
  take: ((name: string, event: LinkEvent) => boolean) | undefined;
  readonly #receiver: ServiceBusReceiver;
  readonly #link: RheaReceiver;
  readonly #milliseconds: number;
  readonly #waiting = new Map<SettledDelivery, Completion>();
  #timer: NodeJS.Timeout | undefined;

  constructor(receiver: ServiceBusReceiver, link: RheaReceiver, milliseconds: number) {
    this.#receiver = receiver;
    this.#link = link;
    this.#milliseconds = milliseconds;
    const dispatch = link.dispatch;
    link.dispatch = (name, ...context) => {
      const [event] = context as [LinkEvent];
      if (this.take?.(name, event) || (name === "settled" && this.#settle(event.delivery))) return true;
      return dispatch.call(link, name, ...context);
    };
  }

  complete(delivery: SettledDelivery): Promise<void> | undefined {
    if (!this.#link.is_open() || delivery.settled) return undefined;
    return new Promise((resolve, reject) => {
      this.#waiting.set(delivery, { since: performance.now(), resolve, reject });
      this.#timer ??= setTimeout(() => this.#rejectLate(), this.#milliseconds);
      delivery.accept();
    });
  }

  /** What was refused goes to the SDK, which has the words of the service for it. */
  #settle(delivery: SettledDelivery): boolean {
    const completion = this.#waiting.get(delivery);
    if (completion === undefined) return false;
    this.#end(delivery);
    const error = delivery.remote_state?.error;
    if (error && settleWithSdk(this.#receiver, delivery.id, completion)) return false;
    delivery.settled = true;
    if (error) completion.reject(error);
    else completion.resolve();
    return true;
  }

  #end(delivery: SettledDelivery): void {
    this.#waiting.delete(delivery);
    if (this.#waiting.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #rejectLate(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const [delivery, { since, reject }] of this.#waiting) {
      const left = this.#milliseconds - (now - since);
      if (left > 0) {
        this.#timer = setTimeout(() => this.#rejectLate(), left);
        return;
      }
      this.#waiting.delete(delivery);
      reject(noAnswer("completing a message", this.#milliseconds));
    }
  }
}
