import type { PropertyValue } from "./message.ts";

/** Where in a trace a message was made (W3C Trace Context, level 1). */
export type TraceContext = {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
  readonly traceState?: string;
};

type Properties = Readonly<Record<string, unknown>>;

/** The application properties that carry it: W3C's own name, and the one that Azure's clients have written for longer. */
const carriers = ["traceparent", "Diagnostic-Id"] as const;

/** The trace that a message belongs to; undefined where its properties name none in a form that can be gone on with. */
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

/** The properties of a message that is to belong to the trace; none for none. */
export const traceProperties = (trace: TraceContext | undefined): Readonly<Record<string, PropertyValue>> =>
  trace === undefined
    ? {}
    : {
        ...Object.fromEntries(carriers.map((name) => [name, traceparent(trace)])),
        ...(trace.traceState === undefined ? {} : { tracestate: trace.traceState }),
      };

/** The same for a program that is started for the message, by OpenTelemetry's names for variables. Without a trace there are none, whatever we were started with. */
export function traceVariables(
  properties: Properties,
): Readonly<Record<"TRACEPARENT" | "TRACESTATE", string | undefined>> {
  const found = traceOf(properties);
  return { TRACEPARENT: found && traceparent(found), TRACESTATE: found?.traceState };
}

/** A later version may say more behind a further dash; ff and ids of zeros alone are not allowed (W3C §3.2.2). */
function parsed(value: unknown): TraceContext | undefined {
  if (typeof value !== "string" || value.length > 256) return undefined;
  const found = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(-.*)?$/.exec(value);
  const [, version, traceId, spanId, flags, more] = found ?? [];
  if (traceId === undefined || spanId === undefined || (version === "00" && more !== undefined)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags ?? "0", 16) & 1) === 1 };
}

const isTraceState = /^[\x20-\x7e]{1,512}$/;
