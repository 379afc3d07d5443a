import type { PropertyValue } from "./message.ts";

/** The place in a trace where a message was created (W3C Trace Context, level 1). */
export type TraceContext = {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
  readonly traceState?: string;
};

type Properties = Readonly<Record<string, unknown>>;

/** The application properties that carry it: W3C's name, and the older name that Azure's clients write. */
const carriers = ["traceparent", "Diagnostic-Id"] as const;

/** The trace that a message belongs to; undefined when its properties contain no valid trace context. */
export function traceOf(properties: Properties): TraceContext | undefined {
  for (const name of carriers) {
    const found = parsed(properties[name]);
    if (found === undefined) continue;
    const { tracestate: state } = properties;
    return typeof state === "string" && isTraceState.test(state) ? { ...found, traceState: state } : found;
  }
  return undefined;
}

export const traceparent = ({ traceId, spanId, sampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;

/** The properties of a message that belongs to the trace; none without a trace. */
export const traceProperties = (trace: TraceContext | undefined): Readonly<Record<string, PropertyValue>> =>
  trace === undefined
    ? {}
    : {
        ...Object.fromEntries(carriers.map((name) => [name, traceparent(trace)])),
        ...(trace.traceState === undefined ? {} : { tracestate: trace.traceState }),
      };

/** The environment variables of a program that is started for the message, named as in OpenTelemetry. Without a trace, inherited ones are removed. */
export function traceVariables(
  properties: Properties,
): Readonly<Record<"TRACEPARENT" | "TRACESTATE", string | undefined>> {
  const found = traceOf(properties);
  return { TRACEPARENT: found && traceparent(found), TRACESTATE: found?.traceState };
}

/** A later version can have more fields after another dash. The version ff and ids of zeros are invalid (W3C §3.2.2). */
function parsed(value: unknown): TraceContext | undefined {
  if (typeof value !== "string" || value.length > 256) return undefined;
  const found = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(-.*)?$/.exec(value);
  const [, version, traceId, spanId, flags, more] = found ?? [];
  if (traceId === undefined || spanId === undefined || (version === "00" && more !== undefined)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags ?? "0", 16) & 1) === 1 };
}

const isTraceState = /^[\x20-\x7e]{1,512}$/;
