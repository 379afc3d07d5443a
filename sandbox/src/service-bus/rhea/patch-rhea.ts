import rhea from "rhea";

/** The largest frame that the broker accepts and announces, in bytes; Service Bus announces the same size. */
export const maxFrameBytes = 65_536;

let patched = false;

/**
 * Changes rhea for the whole process, once. Messages stay raw bytes, so that every AMQP type reaches the receiver as it was
 * sent. A collection that claims more elements than its frame has bytes is refused before memory is allocated for it.
 *
 * An AMQP client that uses the same copy of rhea no longer works in this process, so the sandbox runs in its own process.
 */
export function patchRhea(): void {
  if (patched) return;
  patched = true;
  Object.assign(rhea.message, { decode: (encoded: Buffer) => encoded });
  const reader = rhea.types.Reader.prototype;
  const { read_n, read_array_items } = reader;
  Object.assign(reader, {
    read_n(this: typeof reader, count: number) {
      if (count > this.remaining()) throw new RangeError("a collection is longer than its frame");
      return read_n.call(this, count);
    },
    read_array_items(this: typeof reader, count: number, type: Parameters<typeof read_array_items>[1]) {
      if (count > this.remaining() + maxFrameBytes) throw new RangeError("an array is longer than its frame");
      return read_array_items.call(this, count, type);
    },
  });
}
