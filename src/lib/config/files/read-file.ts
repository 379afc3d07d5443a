import { isUtf8 } from "node:buffer";
import { close, constants, createReadStream, fstat, open, read, readFile, stat } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/** Configs, certificates and lists of customers are much smaller. */
const largestText = 64 * 1024 ** 2;
/** How long a pipe may have nobody who writes to it. */
const patience = 5_000;
const writerCheckMilliseconds = 50;

const [openFile, closeFile, readBytes, statOf] = [promisify(open), promisify(close), promisify(read), promisify(fstat)];

/**
 * The bytes of a file or a pipe that the operator names. A blocking open of a pipe that nobody writes to would hold a thread of Node,
 * and the process could not end.
 */
export async function* readInput(path: string, writerMilliseconds = patience): AsyncGenerator<Buffer> {
  const descriptor = await openFile(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  if (!(await statOf(descriptor)).isFIFO()) {
    await closeFile(descriptor);
    return yield* createReadStream(path);
  }
  const until = performance.now() + writerMilliseconds;
  const first = Buffer.alloc(65_536);
  let length = await readNow(descriptor, first);
  for (; length === 0 && performance.now() < until; length = await readNow(descriptor, first))
    await sleep(writerCheckMilliseconds);
  if (length === 0) return closeFile(descriptor);
  if (length !== undefined) yield first.subarray(0, length);
  const { Socket } = await import("node:net");
  yield* new Socket({ fd: descriptor, readable: true, writable: false });
}

/** 0 while nobody has the pipe open for writing; undefined while there is nothing to read. */
const readNow = (descriptor: number, into: Buffer): Promise<number | undefined> =>
  readBytes(descriptor, into, 0, into.length, null).then(
    ({ bytesRead }) => bytesRead,
    (error: NodeJS.ErrnoException) => (error.code === "EAGAIN" ? undefined : Promise.reject(error)),
  );

/** The text of such a file. */
export async function readTextFile(path: string, writerMilliseconds = patience): Promise<string> {
  const status = await promisify(stat)(path);
  // A stream costs more than the config: every command reads that one.
  if (status.isFile() && status.size <= largestText) return textOf(await promisify(readFile)(path), path);
  return readText(readInput(path, writerMilliseconds), path);
}

/** The whole text of an input, within a limit. */
export async function readText(input: AsyncIterable<Uint8Array | string>, name: string): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of input) {
    const bytes = Buffer.from(part);
    length += bytes.length;
    if (length > largestText) throw Object.assign(new Error(`${name} is too large`), { code: "EFBIG" });
    parts.push(bytes);
  }
  return textOf(Buffer.concat(parts), name);
}

/** Other encodings are refused: a letter that was replaced would be written back when the file is changed. */
function textOf(bytes: Buffer, name: string): string {
  if (!isUtf8(bytes)) throw Object.assign(new Error(`${name} is not UTF-8`), { code: "EILSEQ" });
  return bytes.toString("utf8");
}
