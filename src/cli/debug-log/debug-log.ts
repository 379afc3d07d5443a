import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, writeSync } from "node:fs";
import type { JsonValue } from "../../lib/domain/json-value.ts";
import { systemErrorText } from "../../lib/domain/system-error.ts";
import { Failure } from "../../lib/errors/failure.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { redact } from "./redact.ts";

type Output = Terminal["stderr"];

type Fields = { readonly [name: string]: JsonValue | undefined };

/** Records what happens in one run, line by line, for an analysis later. */
export type DebugLog = {
  readonly tell: (event: string, fields?: Fields) => void;
  readonly close: () => void;
};

/**
 * Lines of JSON in a file that only its owner reads; `-` is standard error. A log of an earlier run is continued. Any other file
 * is refused, a link among them: what it points at may be another's. Each line is with the operating system before the work goes
 * on, so that a crash loses none.
 */
export function openDebugLog(file: string, stderr: Pick<Output, "write">): DebugLog {
  const descriptor = file === "-" ? undefined : opened(file);
  const write = (line: string) => void (descriptor === undefined ? stderr.write(line) : writeSync(descriptor, line));
  const begun = performance.now();
  let broken = false;
  return {
    tell: (event, fields = {}) => {
      if (broken) return;
      const line = { at: new Date().toISOString(), ms: Math.round(performance.now() - begun), event, ...fields };
      try {
        write(`${JSON.stringify(line, (_, value) => clean(value))}\n`);
      } catch {
        // A disk that is full must not end the work that is traced.
        broken = true;
      }
    },
    close: () => {
      broken = true;
      if (descriptor !== undefined) closeSync(descriptor);
    },
  };
}

const clean = (value: unknown): unknown => (typeof value === "string" ? redact(value) : value);

function opened(file: string): number {
  try {
    return openSync(file, "wx", 0o600);
  } catch (cause) {
    const error = cause as NodeJS.ErrnoException;
    const isThere = error.code === "EEXIST";
    const earlier = isThere ? openEarlier(file) : undefined;
    if (earlier !== undefined) return earlier;
    const why = isThere ? "the file exists, and is no debug log of this user" : systemErrorText(error);
    throw new Failure("DebugFileUnwritable", `cannot write the debug log ${file}: ${why}`, { params: { file }, cause });
  }
}

/** A log begins so: no other file of the user is continued by mistake. */
const beginning = '{"at":"';

/** The log of an earlier run, to write behind it. Undefined for a link, and for a file that another user can write. */
function openEarlier(file: string): number | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, constants.O_RDWR | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0));
    const { mode, nlink } = fstatSync(descriptor);
    const bytes = Buffer.alloc(beginning.length);
    readSync(descriptor, bytes, 0, bytes.length, 0);
    const isOwn = nlink === 1 && (mode & 0o022) === 0;
    if (isOwn && lstatSync(file).isFile() && bytes.toString() === beginning) return descriptor;
    closeSync(descriptor);
  } catch {
    if (descriptor !== undefined) closeSync(descriptor);
  }
  return undefined;
}
