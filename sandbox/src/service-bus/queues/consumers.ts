import type { StoredMessage } from "./stored-message.ts";

/** A receiver of messages. The consumers of a sub-queue get messages in turn. */
export type Consumer<P> = {
  readonly mode: "peekLock" | "receiveAndDelete";
  wantsMore(): boolean;
  deliver(message: StoredMessage<P>): void;
};

export type Consumers<P> = {
  /** Adds the consumer; the returned function removes it. */
  add(consumer: Consumer<P>): () => void;
  /** Delivers the messages of `take` while `hasMore` is true and a consumer has room. */
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
