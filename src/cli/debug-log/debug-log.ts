import { closeSync, openSync, writeSync } from "node:fs";
import type { JsonValue } from "../../lib/domain/json-value.ts";
import { Failure } from "../../lib/errors/failure.ts";
import { redact } from "./redact.ts";

type Fields = { readonly [name: string]: JsonValue | undefined };

/** Records what happens in one run, line by line, for an analysis later. */
export type DebugLog = {
  readonly tell: (event: string, fields?: Fields) => void;
  readonly close: () => void;
};

/**
 * Lines of JSON in a new file that only its owner reads. One that is there already is refused, a link among them: what it
 * points at may be another's. Each line is with the operating system before the work goes on, so that a crash loses none.
 */
export function openDebugLog(file: string): DebugLog {
  const descriptor = opened(file);
  const begun = performance.now();
  let broken = false;
  return {
    tell: (event, fields = {}) => {
      if (broken) return;
      const line = { at: new Date().toISOString(), ms: Math.round(performance.now() - begun), event, ...fields };
      try {
        writeSync(descriptor, `${JSON.stringify(line, (_, value) => clean(value))}\n`);
      } catch {
        // A disk that is full must not end the work that is traced.
        broken = true;
      }
    },
    close: () => {
      broken = true;
      closeSync(descriptor);
    },
  };
}

const clean = (value: unknown): unknown => (typeof value === "string" ? redact(value) : value);

function opened(file: string): number {
  try {
    return openSync(file, "wx", 0o600);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "OutputFailed";
    throw new Failure(
      "DebugFileUnwritable",
      `cannot write the debug log ${file}: ${code === "EEXIST" ? "the file exists" : code}`,
      { params: { file }, cause },
    );
  }
}
