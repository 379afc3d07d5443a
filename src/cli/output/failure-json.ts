import type { JsonValue } from "../../lib/domain/json-value.ts";
import { omitUndefined } from "../../lib/domain/omit-undefined.ts";
import { safeJson } from "../../lib/domain/safe-json.ts";
import { type FailureRecord, isFailureRecord } from "../../lib/errors/failure.ts";
import { remedyOf } from "../remedies/remedies.ts";

/** A failure as `--json` prints it. */
export type PrintedFailure = Omit<FailureRecord, "params" | "remedy"> & { readonly hint: string };

export const printedFailure = (record: FailureRecord): PrintedFailure => {
  const { kind, code, serviceCode, message, detail, actor, retryable, shared } = record;
  const [service, said] = [omitUndefined({ serviceCode }), omitUndefined({ detail })];
  return {
    kind,
    code,
    ...service,
    message,
    ...said,
    hint: remedyOf(record),
    actor,
    retryable,
    ...omitUndefined({ shared }),
  };
};

/** What a message holds is foreign: no failure of ours is in it. */
const foreign: ReadonlySet<string> = new Set(["body", "properties"]);

/** One line of JSON for one result, with the remedy of every failure in it. */
export const jsonLine = (result: JsonValue): string => safeJson(withRemedies(result));

/** The same as a value: without what JSON leaves out. */
export const printable = (result: JsonValue): JsonValue => JSON.parse(JSON.stringify(withRemedies(result)));

function withRemedies(value: JsonValue | undefined): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isFailureRecord(value)) return printedFailure(value);
  if (Array.isArray(value)) return value.map(withRemedies);
  const object = value as Readonly<Record<string, JsonValue | undefined>>;
  let changed: Record<string, unknown> | undefined;
  // A loop that copies nothing without need, because this runs for each message.
  for (const key of Object.keys(object)) {
    const inner = object[key];
    if (typeof inner !== "object" || foreign.has(key)) continue;
    const printed = withRemedies(inner);
    if (printed === inner) continue;
    changed ??= { ...object };
    changed[key] = printed;
  }
  return changed ?? value;
}
