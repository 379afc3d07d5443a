import type { Held, Inbox } from "../cloud.ts";
import { Failure } from "../failure.ts";
import { within } from "./within.ts";

/** When a silent tail is asked for a sign of life, and how long it may take to give one: together less than 30 s. */
export type Vigilance = { readonly silenceMilliseconds: number; readonly answerMilliseconds: number };

export const defaultVigilance: Vigilance = { silenceMilliseconds: 12_000, answerMilliseconds: 8_000 };

/**
 * A queue's tail that fails when its connection is dead. The SDK itself finds a peer that fell silent after two minutes, and
 * tells nobody. So after each silence the broker is asked over the same connection: an empty queue answers, a dead one does
 * not. What was handed out meanwhile has an unknown lock, and comes again.
 */
export async function* alive(inbox: Inbox, signal: AbortSignal, vigilance = defaultVigilance): AsyncGenerator<Held> {
  const over = new AbortController();
  const arriving = inbox.tail(AbortSignal.any([signal, over.signal]))[Symbol.asyncIterator]();
  let dead = false;
  try {
    for (let next = arriving.next(); ; next = arriving.next()) {
      const arrived = await withoutSilence(next, inbox, vigilance).catch((error: unknown) => {
        dead = true;
        throw error;
      });
      if (arrived.done) return;
      yield arrived.value;
    }
  } finally {
    over.abort();
    // On a dead connection nothing answers, neither this.
    const ended = arriving.return?.();
    if (dead) ended?.catch(() => {});
    else await ended;
  }
}

async function withoutSilence<T>(next: Promise<T>, inbox: Inbox, vigilance: Vigilance): Promise<T> {
  const { silenceMilliseconds, answerMilliseconds } = vigilance;
  for (;;) {
    let timer: NodeJS.Timeout | undefined;
    const silent = new Promise<"silent">((resolve) => {
      timer = setTimeout(() => resolve("silent"), silenceMilliseconds);
    });
    const first = await Promise.race([next, silent]).finally(() => clearTimeout(timer));
    if (first !== "silent") return first;
    // The tail may fail first, and then tells more.
    const answer = within("the namespace", answerMilliseconds, inbox.peek(1, 0n)).catch(unlessThrottled);
    await Promise.race([answer, next]);
  }
}

/** A namespace that throttles has answered. */
function unlessThrottled(error: unknown): void {
  if (!(error instanceof Failure) || error.code !== "ServiceBusy") throw error;
}
