/** Follows the frames in a byte stream; returns false for a frame that is too large, or smaller than a frame header. */
export type FrameGuard = (bytes: Buffer) => boolean;

/** Length of a protocol header, which starts with these four letters and may occur twice (SASL, then AMQP). */
const headerBytes = 8;
const protocolName = Buffer.from("AMQP").readUInt32BE();

/** rhea announces a largest frame size but does not enforce it, and waits for as many bytes as a frame announces. */
export function createFrameGuard(maxBytes: number): FrameGuard {
  let left = 0;
  let prefix = Buffer.alloc(0);

  return (bytes) => {
    let rest = bytes;
    while (rest.length > 0) {
      if (left > 0) {
        const skipped = Math.min(left, rest.length);
        left -= skipped;
        rest = rest.subarray(skipped);
        continue;
      }
      const wanted = rest.subarray(0, 4 - prefix.length);
      prefix = Buffer.concat([prefix, wanted]);
      rest = rest.subarray(wanted.length);
      if (prefix.length < 4) return true;
      const announced = prefix.readUInt32BE();
      const size = announced === protocolName ? headerBytes : announced;
      if (size < 8 || size > maxBytes) return false;
      left = size - 4;
      prefix = Buffer.alloc(0);
    }
    return true;
  };
}
