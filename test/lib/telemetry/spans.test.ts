import { AlwaysOffSampler, InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { expect, test } from "vitest";
import { forwardedMessage } from "../../../src/lib/domain/forwarded-message.ts";
import { viewMessage } from "../../../src/lib/domain/message-view.ts";
import { type TraceContext, traceOf } from "../../../src/lib/domain/trace-context.ts";
import { Failure } from "../../../src/lib/errors/failure.ts";
import { createSpans } from "../../../src/lib/telemetry/spans.ts";
import { fakeContext } from "../../fakes/context.ts";
import { heldMessage } from "../../fakes/inbox.ts";
import { incoming } from "../../fakes/incoming.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
const statuses = { customer: "acme", namespace: "acme-bus.example", queue: "statuses" };
const own = { customer: "", namespace: "contoso-bus.example", queue: "all" };

type Options = ConstructorParameters<typeof TracerProvider>[0];

function traced(options: Options = {}, startedIn?: TraceContext) {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })], ...options });
  const named = (name: string) => exporter.getFinishedSpans().find((span) => span.name === name);
  return {
    spans: createSpans(provider.getTracer("test"), startedIn),
    named,
    finished: () => exporter.getFinishedSpans(),
  };
}
const text = (messageId: string) => ({ messageId, body: new TextEncoder().encode(messageId) });

test("the span of a forwarded status is a child of its processing, and the trace continues", async () => {
  const { spans, named } = traced();
  const status = incoming({ messageId: "s-1", correlationId: "c-1", properties: { traceparent } });
  const held = spans.arrived(statuses, { ...heldMessage(1, []), message: status });
  const leaving = spans.leaving(own, forwardedMessage(fakeContext().customer("acme"), status));
  leaving.goes();
  await spans.call({ operation: "send", end: own, sent: [leaving] }, async () => {});
  await held.complete();

  const [process, create, send] = ["process statuses", "create all", "send all"].map(named);
  expect(process?.parentSpanContext).toMatchObject({ traceId, spanId: "00f067aa0ba902b7", isRemote: true });
  expect(create?.parentSpanContext?.spanId).toBe(process?.spanContext().spanId);
  expect(send?.parentSpanContext?.spanId).toBe(create?.spanContext().spanId);
  // The copy still names the span in which the message was created, because nothing in it changes.
  expect(traceOf(viewMessage(leaving.message.bare ?? Buffer.alloc(0)).properties)).toMatchObject({
    traceId,
    spanId: "00f067aa0ba902b7",
  });
  expect(create?.attributes).not.toHaveProperty("xtenant.customer");
});

test("a settled message is no longer the parent of later messages", async () => {
  const { spans, finished } = traced();
  const held = spans.arrived(statuses, { ...heldMessage(1, []), message: incoming({ messageId: "s-1" }) });
  await held.abandon();
  spans.leaving(statuses, { ...text("s-2"), correlationId: "s-1" }).goes();

  const [process, create] = finished();
  expect(process?.attributes).toMatchObject({ "messaging.servicebus.disposition_status": "abandon" });
  expect(create?.parentSpanContext).toBeUndefined();
});

test("a trace that is not sampled is propagated, and marked as not sampled", () => {
  const { spans, finished } = traced({ sampler: new AlwaysOffSampler() });
  const { message, goes } = spans.leaving(statuses, { ...text("s-1"), properties: { traceparent, region: "eu" } });
  goes();

  expect(message.properties).toMatchObject({ region: "eu" });
  expect(traceOf(message.properties ?? {})).toMatchObject({ traceId, sampled: false });
  expect(finished()).toEqual([]);
});

test("a failed span has the code and not the message; the repeated calls of a tail have no spans", async () => {
  const { spans, named, finished } = traced();
  const refused = new Failure("UnauthorizedAccess", "secret words");
  const call = { operation: "send", end: statuses } as const;
  await expect(spans.call(call, () => Promise.reject(refused))).rejects.toBe(refused);
  await spans.call({ operation: "peek", end: statuses }, async () => []);

  expect(finished()).toHaveLength(1);
  expect(named("send statuses")?.attributes).toMatchObject({ "error.type": "UnauthorizedAccess" });
  expect(JSON.stringify([named("send statuses")?.attributes, named("send statuses")?.status])).not.toContain("secret");
});

test("a message without a parent belongs to the trace of the process; a received message without a trace starts one", async () => {
  const { spans, named } = traced({}, traceOf({ traceparent }));
  const held = spans.arrived(statuses, { ...heldMessage(1, []), message: incoming({ messageId: "s-1" }) });
  await held.complete();
  spans.leaving(own, text("c-1")).goes();

  expect(named("create all")?.parentSpanContext).toMatchObject({ traceId, spanId: "00f067aa0ba902b7" });
  expect(named("process statuses")?.spanContext().traceId).not.toBe(traceId);
});
