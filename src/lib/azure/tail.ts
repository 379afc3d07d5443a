import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";
import type { Held } from "../cloud.ts";
import { withDeadline } from "./deadline.ts";
import { deservesAnother, type Place, translate } from "./failure.ts";
import { watchLink } from "./link-watch.ts";

/** Messages that the broker may lock for one tail at a time. */
const heldAtMost = 32;

type TailOptions = {
  readonly hold: (message: ServiceBusReceivedMessage) => Held;
  readonly place: Place;
  readonly signal: AbortSignal;
  readonly opened?: (() => void) | undefined;
};

/**
 * Messages as they arrive, through `subscribe`, which alone survives short outages. It would retry a refused link for ever
 * without a word, so the first error ends the tail and the caller decides. When the signal aborts, no more is asked for;
 * what is already locked is still handed out, so that a clean stop leaves nothing locked and no delivery counted twice.
 */
export async function* tail(receiver: ServiceBusReceiver, options: TailOptions): AsyncGenerator<Held> {
  const { hold, place, signal, opened } = options;
  let began = performance.now();
  const unsettled = new Set<Held>();
  let subscription: { close(): Promise<void> } | undefined;
  let end = () => {};
  let endWatch = () => {};
  let open = true;
  const arrivals = new ReadableStream<Held>({
    // Whoever leaves early has closed it; closing it again, later, would end the process.
    cancel() {
      open = false;
    },
    start(controller) {
      const finish = (error?: unknown) => {
        if (open) error === undefined ? controller.close() : controller.error(error);
        open = false;
      };
      end = () => void subscription?.close().then(() => finish(), finish);
      subscription = receiver.subscribe(
        {
          ...linkOpened(opened),
          processMessage: (message) =>
            new Promise<void>((settled) => {
              const held = watched(hold(message), { begun: (one) => unsettled.delete(one), settled });
              unsettled.add(held);
              if (open) controller.enqueue(held);
            }),
          processError: async ({ error }) => {
            const failure = translate(error, place);
            // The SDK tries again by itself.
            const again = await deservesAnother(failure, began, place).catch(finish);
            began = performance.now();
            if (again === false) finish(failure);
          },
        },
        { autoCompleteMessages: false, maxConcurrentCalls: heldAtMost },
      );
      endWatch = watchLink(receiver, finish);
    },
  });
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  try {
    yield* arrivals;
  } finally {
    endWatch();
    signal.removeEventListener("abort", end);
    // On a connection that died silently neither would end for a minute, and the caller would hear of the error only then.
    await briefly("closing a link", subscription?.close());
    await Promise.all([...unsettled].map((held) => briefly("giving a message back", held.abandon())));
  }
}

/** The SDK (7.9.5) calls it whenever the link is open, first or again; of its handlers' type it is no part. */
const linkOpened = (opened: () => void = () => {}): object => ({ postInitialize: async () => opened() });

const leavingMilliseconds = 2_000;

const briefly = (what: string, call: Promise<void> | undefined): Promise<void> =>
  withDeadline(what, leavingMilliseconds, call ?? Promise.resolve()).catch(() => {});

type Watch = { readonly begun: (held: Held) => void; readonly settled: () => void };

/**
 * The same message, telling when its settlement begins (from then on it must not be given back) and when it is done (so that
 * the broker may send the next one).
 */
function watched(held: Held, { begun, settled }: Watch): Held {
  const settle = (settlement: () => Promise<void>) => () => {
    begun(one);
    return settlement().finally(settled);
  };
  const one: Held = {
    message: held.message,
    get lockedUntil() {
      return held.lockedUntil;
    },
    complete: settle(held.complete),
    abandon: settle(held.abandon),
    deadLetter: (reason, description) => settle(() => held.deadLetter(reason, description))(),
    renewLock: held.renewLock,
  };
  return one;
}
