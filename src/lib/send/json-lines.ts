import { isUtf8 } from "node:buffer";
import { withoutByteOrderMark } from "../domain/byte-order-mark.ts";

/** A line of a file and its number, from 1; `problem` where the bytes are not text. */
export type JsonLine =
  | { readonly number: number; readonly text: string; readonly problem?: undefined }
  | { readonly number: number; readonly problem: string };

const newline = 0x0a;

/**
 * The lines of a UTF-8 stream without blank ones, in the portions in which they arrive, so that memory use stays constant. A
 * line that is not UTF-8 does not affect the others.
 */
export async function* readLines(bytes: AsyncIterable<Uint8Array | string>): AsyncGenerator<readonly JsonLine[]> {
  let rest: Buffer[] = [];
  let number = 0;
  const take = (lines: readonly Buffer[]): readonly JsonLine[] =>
    lines.map((line) => lineOf(line, ++number)).filter((line) => line.problem !== undefined || line.text.trim() !== "");
  for await (const chunk of bytes) {
    const [first = Buffer.of(), ...more] = splitLines(Buffer.from(chunk));
    rest.push(first);
    const last = more.pop();
    if (last === undefined) continue;
    const lines = take([Buffer.concat(rest), ...more]);
    rest = [last];
    if (lines.length > 0) yield lines;
  }
  const last = take([Buffer.concat(rest)]);
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
