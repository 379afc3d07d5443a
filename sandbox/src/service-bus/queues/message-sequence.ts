type Numbered = { readonly sequenceNumber: number };

/** Messages in the order of their sequence numbers. Removed numbers are deleted from the order from time to time. */
export type MessageSequence<T extends Numbered> = {
  readonly size: number;
  get(sequenceNumber: number): T | undefined;
  add(message: T): void;
  remove(message: T): void;
  /** The messages in order, from the first number that is at least `start`. */
  from(start: number): Generator<T>;
};

export function createMessageSequence<T extends Numbered>(): MessageSequence<T> {
  const messages = new Map<number, T>();
  let order: number[] = [];

  function sweep() {
    if (order.length > 64 && order.length > 2 * messages.size) order = order.filter((number) => messages.has(number));
  }

  /** Index of the first number that is at least `wanted`. */
  function position(wanted: number) {
    let [low, high] = [0, order.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((order[middle] ?? wanted) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    get size() {
      return messages.size;
    },
    get: (sequenceNumber) => messages.get(sequenceNumber),
    add(message) {
      const at = position(message.sequenceNumber);
      if (order[at] !== message.sequenceNumber) order.splice(at, 0, message.sequenceNumber);
      messages.set(message.sequenceNumber, message);
    },
    remove(message) {
      messages.delete(message.sequenceNumber);
      sweep();
    },
    *from(start) {
      const numbers = order;
      for (let at = position(start); at < numbers.length; at++) {
        const message = messages.get(numbers[at] ?? Number.NaN);
        if (message) yield message;
      }
    },
  };
}
