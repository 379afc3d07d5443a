import {
  type Attributes,
  type Context,
  context,
  createTraceState,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { Incoming, Outgoing } from "../domain/message.ts";
import { type TraceContext, traceOf, traceProperties, traceparent } from "../domain/trace-context.ts";
import { mapSettlement } from "../ports/map-settlement.ts";
import { type CallObserver, type LinkEnd, noopObserver, type Observer } from "./observer.ts";

/**
 * A trace follows its message. A span for its creation puts the context into its properties. A span for its processing lasts from
 * arrival to settlement. A message that is sent because of another one (a status, a forwarded status) names that message's trace
 * and is below its processing. A message without a cause belongs to the trace of this process.
 */
export function createSpans(tracer: Tracer, startedIn?: TraceContext): Observer {
  const started = remote(startedIn) ?? ROOT_CONTEXT;
  const contexts = new WeakMap<Outgoing, Context>();
  const processing = new Map<string, Context>();

  const leaving: Observer["leaving"] = (end, message) => {
    const parent = parentOf(end, message, processing) ?? around(started);
    const attributes = { ...about(end, "create", "create"), ...ids(message) };
    const span = tracer.startSpan(`create ${end.queue}`, { kind: SpanKind.PRODUCER, attributes }, parent);
    const here = trace.setSpan(parent, span);
    const traced = { ...message, properties: { ...message.properties, ...traceProperties(contextOf(span)) } };
    contexts.set(traced, here);
    // The span of a message that is not sent is never ended, so it is never exported.
    return { message: traced, goes: () => span.end() };
  };

  const call: Observer["call"] = async ({ operation, end, sent = [] }, work) => {
    if (untold.has(operation)) return work();
    const made = sent.flatMap(({ message }) => contexts.get(message) ?? []);
    const links = made
      .flatMap((one) => trace.getSpanContext(one) ?? [])
      .map((spanContext) => ({ context: spanContext }));
    const attributes = {
      ...about(end, operation, "send"),
      ...(sent.length > 1 ? { "messaging.batch.message_count": sent.length } : {}),
    };
    // A single message is sent in its own trace. A batch has a trace of its own, with links to those of its messages.
    const [only] = made;
    const parent = made.length === 1 && only ? only : around(started);
    const span = tracer.startSpan(`${operation} ${end.queue}`, { kind: SpanKind.CLIENT, attributes, links }, parent);
    return ended(span, context.with(trace.setSpan(parent, span), work));
  };

  const arrived: Observer["arrived"] = (end, held) => {
    const { message } = held;
    const parent = remote(traceOf(message.properties)) ?? ROOT_CONTEXT;
    const attributes = {
      ...{ ...about(end, "process", "process"), ...ids(message) },
      "messaging.servicebus.message.delivery_count": message.deliveryCount,
      "messaging.servicebus.message.enqueued_time": Math.floor(message.enqueuedAt.getTime() / 1_000),
    };
    const span = tracer.startSpan(`process ${end.queue}`, { kind: SpanKind.CONSUMER, attributes }, parent);
    const here = trace.setSpan(parent, span);
    const keys = keysOf(end, message.properties, message.messageId);
    for (const key of keys) processing.set(key, here);
    const settle = (outcome: string, settlement: () => Promise<void>) => {
      span.setAttribute("messaging.servicebus.disposition_status", outcome);
      const settled = ended(span, context.with(here, settlement));
      const forget = () => {
        for (const key of keys) if (processing.get(key) === here) processing.delete(key);
      };
      settled.then(forget, forget);
      return settled;
    };
    return mapSettlement(held, (operation, call) =>
      operation === "renew_lock" ? context.with(here, call) : settle(operation, call),
    );
  };

  return { ...noopObserver, leaving, call, arrived };
}

/** Operations without a span: the pings of silent tails, and settlements, which end the span of the processing. */
const untold: ReadonlySet<CallObserver["operation"]> = new Set([
  ...(["connect", "peek", "receive", "accept_session"] as const),
  ...(["complete", "abandon", "dead_letter", "renew_lock"] as const),
]);

/** The processing of the message that the new message names as its cause; otherwise the trace that it names. */
function parentOf(end: LinkEnd, message: Outgoing, processing: ReadonlyMap<string, Context>): Context | undefined {
  const properties = message.properties ?? {};
  const cause = keysOf(end, properties, message.correlationId).map((key) => processing.get(key));
  return cause.find(Boolean) ?? remote(traceOf(properties));
}

/** The messages that are being processed. */
const around = (started: Context): Context => (trace.getSpan(context.active()) ? context.active() : started);

/** A command and its status share a trace and the command's id. A forwarded message shares only the trace. */
function keysOf({ namespace }: LinkEnd, properties: Incoming["properties"], id: string | undefined): readonly string[] {
  const found = traceOf(properties);
  const carried = found === undefined ? undefined : traceparent(found);
  const here = id === undefined ? undefined : `${namespace} ${id}`;
  return [carried && here && `${carried} ${here}`, carried, here].filter((key) => key !== undefined);
}

const remote = (found: TraceContext | undefined): Context | undefined =>
  found &&
  trace.setSpanContext(ROOT_CONTEXT, {
    traceId: found.traceId,
    spanId: found.spanId,
    traceFlags: found.sampled ? 1 : 0,
    isRemote: true,
    ...(found.traceState === undefined ? {} : { traceState: createTraceState(found.traceState) }),
  });

function contextOf(span: Span): TraceContext {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const state = traceState?.serialize();
  return { traceId, spanId, sampled: (traceFlags & 1) === 1, ...(state ? { traceState: state } : {}) };
}

export const about = ({ customer, namespace, queue }: LinkEnd, operation: string, type: string): Attributes => ({
  "messaging.system": "servicebus",
  "messaging.operation.name": operation,
  "messaging.operation.type": type,
  "messaging.destination.name": queue,
  "server.address": namespace,
  ...(customer === "" ? {} : { "xtenant.customer": customer }),
});

const ids = ({ messageId, correlationId }: Pick<Incoming, "messageId" | "correlationId"> | Outgoing): Attributes => ({
  ...(messageId === undefined ? {} : { "messaging.message.id": messageId }),
  ...(correlationId === undefined ? {} : { "messaging.message.conversation_id": correlationId }),
});

async function ended<T>(span: Span, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    span.setAttribute("error.type", errorType(error));
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}

/** The failure's own code, never its text, because the text can contain foreign content. */
export const errorType = (error: unknown): string =>
  error instanceof Error ? ("code" in error && typeof error.code === "string" ? error.code : error.name) : "_OTHER";
