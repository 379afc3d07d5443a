import type { StoredMessage } from "./stored-message.ts";

/** Someone with room for messages. It is asked and served in turn with the other consumers of the sub-queue. */
export type Consumer<P> = {
  readonly mode: "peekLock" | "receiveAndDelete";
  wantsMore(): boolean;
  deliver(message: StoredMessage<P>): void;
};

export type Consumers<P> = {
  /** Serves this consumer from now on; the returned function stops that. */
  add(consumer: Consumer<P>): () => void;
  /** Hands out what `take` gives while `hasMore` and some consumer wants more. */
  serve(hasMore: () => boolean, take: (mode: Consumer<P>["mode"]) => StoredMessage<P> | undefined): void;
};

export function createConsumers<P>(): Consumers<P> {
  const consumers: Consumer<P>[] = [];
  let turn = 0;
  return {
    add(consumer) {
      consumers.push(consumer);
      return () => {
        const at = consumers.indexOf(consumer);
        if (at >= 0) consumers.splice(at, 1);
      };
    },
    serve(hasMore, take) {
      for (let refusals = 0; refusals < consumers.length && hasMore(); ) {
        const consumer = consumers[turn++ % consumers.length];
        if (!consumer?.wantsMore()) {
          refusals++;
          continue;
        }
        refusals = 0;
        const message = take(consumer.mode);
        if (message) consumer.deliver(message);
      }
    },
  };
}
