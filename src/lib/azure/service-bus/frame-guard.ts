import { MalformedAmqp } from "../../domain/amqp/amqp-value.ts";
import { requireBoundedValue } from "../../domain/amqp/bounded-value.ts";

/** Checks the bytes of a connection before the AMQP library reads them. Throws for bytes that it must not read. */
export type FrameGuard = (bytes: Buffer) => void;

export type FrameLimits = {
  /** Bytes of a whole frame. */
  readonly frameBytes: number;
  /** Frames without content that may follow each other within a second. */
  readonly emptyFrames: number;
};

/** Service Bus sends frames of 64 KB at most. An empty frame only keeps a connection open, every few seconds. */
export const frameLimits: FrameLimits = { frameBytes: 1024 ** 2, emptyFrames: 1_000 };

/** Length of a protocol header, and of the smallest frame (AMQP 1.0 part 2, 2.2 and 2.3.1). */
const headerBytes = 8;
const lengthBytes = 4;
const amqp = "AMQP";
/** One for SASL, and one for AMQP. */
const mostHeaders = 2;
const mostParts = 1_024;

/**
 * Follows the frames of one connection. The AMQP library enforces no limit: it waits for as many bytes as a frame announces, never
 * gets past a frame of no bytes, and trusts the counts in it.
 */
export function createFrameGuard(limits = frameLimits, now = () => performance.now()): FrameGuard {
  /** The start of a frame whose end has not arrived. */
  let parts: Buffer[] = [];
  let length = 0;
  let headers = 0;
  const countEmpty = createEmptyFrameCounter(limits.emptyFrames, now);

  const sizeOf = (start: Buffer): number => {
    const name = start.toString("latin1", 0, lengthBytes);
    if (name === amqp && headers < mostHeaders) return headerBytes;
    if (headers === 0) throw new MalformedAmqp(notAmqp(name));
    const size = start.readUInt32BE();
    if (size < headerBytes) throw new MalformedAmqp(`a frame claims ${size} bytes, less than its header`);
    if (size > limits.frameBytes)
      throw new MalformedAmqp(`a frame claims ${size} bytes, more than ${limits.frameBytes}`);
    return size;
  };

  const check = (frame: Buffer) => {
    if (frame.toString("latin1", 0, lengthBytes) === amqp) {
      headers += 1;
      return;
    }
    const start = (frame[4] ?? 0) * 4;
    if (start < headerBytes || start > frame.length)
      throw new MalformedAmqp("the header of a frame has a wrong length");
    // What follows the performative is part of a message, which is checked before it is decoded.
    if (start === frame.length) countEmpty();
    else requireBoundedValue(frame, start);
  };

  return (bytes) => {
    let rest = bytes;
    if (parts.length > 0) {
      parts.push(bytes);
      length += bytes.length;
      const first = parts[0] ?? bytes;
      // A frame may arrive byte by byte. Its parts are joined when it is complete, or when they are many.
      const start = first.length >= lengthBytes && parts.length < mostParts ? first : Buffer.concat(parts);
      if (start !== first) parts = [start];
      if (length < lengthBytes || length < sizeOf(start)) return;
      rest = parts.length === 1 ? start : Buffer.concat(parts);
      parts = [];
    }
    while (rest.length >= lengthBytes) {
      const size = sizeOf(rest);
      if (rest.length < size) break;
      check(rest.subarray(0, size));
      rest = rest.subarray(size);
    }
    parts = rest.length === 0 ? [] : [rest];
    length = rest.length;
  };
}

function notAmqp(name: string): string {
  if (/^(?:HTTP|<!DO|<htm)/i.test(name)) return "the port answers in HTTP";
  return "the port answers in another protocol";
}

function createEmptyFrameCounter(most: number, now: () => number): () => void {
  let since = Number.NEGATIVE_INFINITY;
  let count = 0;
  return () => {
    const time = now();
    if (time - since > 1_000) {
      since = time;
      count = 0;
    }
    count += 1;
    if (count > most) throw new MalformedAmqp(`more than ${most} empty frames arrived within a second`);
  };
}
