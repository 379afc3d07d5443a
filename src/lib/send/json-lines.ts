import { isUtf8 } from "node:buffer";
import { withoutByteOrderMark } from "../domain/byte-order-mark.ts";

/** A line of a file and its number, from 1. `problem` where the bytes are not text, `isTooLong` where they were not kept. */
export type JsonLine =
  | { readonly number: number; readonly text: string; readonly problem?: undefined; readonly isTooLong?: undefined }
  | { readonly number: number; readonly problem: string; readonly isTooLong?: true };

const newline = 0x0a;

/**
 * The lines of a UTF-8 stream without blank ones, in the portions in which they arrive, so that memory use stays constant. A
 * line that is not UTF-8, or longer than this, does not affect the others.
 */
export async function* readLines(
  bytes: AsyncIterable<Uint8Array | string>,
  mostBytes = Number.POSITIVE_INFINITY,
): AsyncGenerator<readonly JsonLine[]> {
  let rest: Buffer[] = [];
  let length = 0;
  let number = 0;
  /** The line that is being read is too long, which has been reported. */
  let isSkipping = false;
  const tooLong = (): JsonLine => ({
    number: ++number,
    isTooLong: true,
    problem: `it has more than ${mostBytes} bytes`,
  });
  const take = (line: Buffer): readonly JsonLine[] => {
    if (line.length > mostBytes) return [tooLong()];
    const one = lineOf(line, ++number);
    return one.problem !== undefined || one.text.trim() !== "" ? [one] : [];
  };
  for await (const chunk of bytes) {
    const [first = Buffer.of(), ...more] = splitLines(Buffer.from(chunk));
    const lines: JsonLine[] = [];
    if (!isSkipping) {
      rest.push(first);
      length += first.length;
    }
    const last = more.pop();
    if (last !== undefined) {
      if (!isSkipping) lines.push(...take(Buffer.concat(rest)));
      isSkipping = false;
      for (const line of more) lines.push(...take(line));
      rest = [last];
      length = last.length;
    }
    // At once: the rest of the line may never end.
    if (length > mostBytes) {
      lines.push(tooLong());
      isSkipping = true;
      rest = [];
      length = 0;
    }
    if (lines.length > 0) yield lines;
  }
  const last = isSkipping ? [] : take(Buffer.concat(rest));
  if (last.length > 0) yield last;
}

/** The text before each newline, and the rest after the last one. */
function splitLines(chunk: Buffer): readonly Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
    lines.push(chunk.subarray(start, end));
    start = end + 1;
  }
  lines.push(chunk.subarray(start));
  return lines;
}

function lineOf(bytes: Buffer, number: number): JsonLine {
  if (!isUtf8(bytes)) return { number, problem: "it is not UTF-8" };
  const text = bytes.toString("utf8");
  return { number, text: number === 1 ? withoutByteOrderMark(text) : text };
}
