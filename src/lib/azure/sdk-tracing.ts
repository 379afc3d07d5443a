import { type Instrumenter, type TracingContext, type TracingSpan, useInstrumenter } from "@azure/core-tracing";
import {
  type AttributeValue,
  type Context,
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  type Link,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { sdkTracing } from "./sdk-tracing-state.ts";

/** Spans of the SDKs that our own spans replace. The trace continues through ours; it would end at those of the SDKs. */
const ours = /^(?:message|ServiceBusSender\.send|\w+\.process)$/;

const kinds = {
  client: SpanKind.CLIENT,
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

/** Has the SDKs report their work (a request for a token, a settlement) as spans below the span that it is done for. */
export function traceSdks(): void {
  useInstrumenter(instrumenter);
  sdkTracing.isOn = true;
}

const instrumenter: Instrumenter = {
  startSpan(name, { packageName, packageVersion, tracingContext, spanKind, spanLinks = [], spanAttributes = {} }) {
    const parent = contextOf(tracingContext) ?? context.active();
    if (ours.test(name))
      return { span: spanOf(trace.wrapSpanContext(INVALID_SPAN_CONTEXT)), tracingContext: bagOf(parent) };
    const span = trace.getTracer(packageName, packageVersion).startSpan(
      name,
      {
        ...(spanKind === undefined ? {} : { kind: kinds[spanKind] }),
        links: spanLinks.flatMap(({ tracingContext: linked }): Link[] => {
          const found = trace.getSpanContext(contextOf(linked) ?? ROOT_CONTEXT);
          return found && isSpanContextValid(found) ? [{ context: found }] : [];
        }),
        attributes: Object.fromEntries(
          Object.entries(spanAttributes).flatMap(([key, value]) => (isValue(value) ? [[key, value] as const] : [])),
        ),
      },
      parent,
    );
    return { span: spanOf(span), tracingContext: bagOf(trace.setSpan(parent, span)) };
  },
  withContext: (bag, callback, ...args) => context.with(contextOf(bag) ?? context.active(), () => callback(...args)),
  parseTraceparentHeader: (traceparent) =>
    bagOf(propagation.extract(ROOT_CONTEXT, { traceparent }, defaultTextMapGetter)),
  createRequestHeaders: (bag) => {
    const headers: Record<string, string> = {};
    propagation.inject(contextOf(bag) ?? context.active(), headers, defaultTextMapSetter);
    return headers;
  },
};

const isValue = (value: unknown): value is AttributeValue => ["string", "number", "boolean"].includes(typeof value);

/** Outcomes by name only: the message of an SDK may quote what was refused. */
function spanOf(span: ReturnType<typeof trace.wrapSpanContext>): TracingSpan {
  return {
    end: () => span.end(),
    isRecording: () => span.isRecording(),
    setAttribute: (name, value) => void (isValue(value) && span.setAttribute(name, value)),
    recordException: () => {},
    setStatus: (outcome) => {
      if (outcome.status !== "error") return;
      const { error } = outcome;
      if (error instanceof Error) span.setAttribute("error.type", error.name);
      span.setStatus({ code: SpanStatusCode.ERROR });
    },
    addEvent: (name) => void span.addEvent(name),
  };
}

const inBag = Symbol("context of OpenTelemetry");

/** The context of the SDKs is a set of values that is copied with each change; OpenTelemetry's context is one of the values. */
function bagOf(inner: Context, values: ReadonlyMap<symbol, unknown> = new Map()): TracingContext {
  return {
    getValue: (key) => (key === inBag ? inner : values.get(key)),
    setValue: (key, value) => bagOf(inner, new Map([...values, [key, value]])),
    deleteValue: (key) => bagOf(inner, new Map([...values].filter(([name]) => name !== key))),
  };
}

const isContext = (value: unknown): value is Context =>
  typeof value === "object" && value !== null && "getValue" in value && "setValue" in value;

function contextOf(bag: TracingContext | undefined): Context | undefined {
  const inner = bag?.getValue(inBag);
  return isContext(inner) ? inner : undefined;
}
