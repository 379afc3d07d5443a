import { Failure } from "../errors/failure.ts";

/** A line of text and its number in the file, from 1. */
export type JsonLine = { readonly number: number; readonly text: string };

/** The lines of a UTF-8 stream without blank ones, in the portions in which they arrive, so that memory use stays constant. */
export async function* readLines(bytes: AsyncIterable<Uint8Array | string>): AsyncGenerator<readonly JsonLine[]> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  let number = 0;
  const take = (texts: readonly string[]): readonly JsonLine[] =>
    texts.map((text) => ({ number: ++number, text })).filter(({ text }) => text.trim() !== "");
  const decoded = (chunk?: Uint8Array) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (cause) {
      throw new Failure("MessageLineInvalid", `line ${number + 1} or later is not UTF-8`, { cause });
    }
  };
  for await (const chunk of bytes) {
    const texts = (rest + decoded(typeof chunk === "string" ? Buffer.from(chunk) : chunk)).split("\n");
    rest = texts.pop() ?? "";
    const lines = take(texts);
    if (lines.length > 0) yield lines;
  }
  const last = take([rest + decoded()]);
  if (last.length > 0) yield last;
}
