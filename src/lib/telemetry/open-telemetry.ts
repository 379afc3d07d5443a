import { context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from "@opentelemetry/resources";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { TracerProvider } from "@opentelemetry/sdk-trace";
import packageJson from "../../../package.json" with { type: "json" };
import { traceOf } from "../domain/trace-context.ts";
import type { CustomerHealthTracker } from "./customer-health.ts";
import { hostOf, metricReaders, spanProcessors } from "./exporters.ts";
import { createInstruments, recordHealth } from "./instruments.ts";
import { noopObserver, type Observer } from "./observer.ts";
import { createObserver } from "./otel-observer.ts";
import { otelSettings } from "./otel-settings.ts";
import { samplerOf } from "./sampler.ts";
import { createSpans } from "./spans.ts";

export type Surroundings = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: { readonly info: (line: string) => void };
  /** Has the SDKs of Azure tell, too. */
  readonly traceSdks: () => Promise<void>;
};

/** Series of one instrument: the customers of a replica, times a few codes. What exceeds them is counted together. */
const seriesAtMost = 20_000;
const closeMilliseconds = 2_000;

/** OpenTelemetry's official SDK, as its environment variables say. Metrics can always be read; they are pushed when that is asked for. */
export async function openTelemetry({ env, log, traceSdks }: Surroundings) {
  const settings = otelSettings(env);
  for (const complaint of settings.complaints) log.info(complaint);
  const resource = defaultResource()
    .merge(resourceFromAttributes({ "service.name": packageJson.name, "service.version": packageJson.version }))
    .merge(detectResources({ detectors: [serviceInstanceIdDetector, envDetector] }));

  // It serves nothing by itself: whoever asks the health endpoint has it collect.
  const scraped = new PrometheusExporter({ preventServerStart: true });
  const meters = new MeterProvider({
    resource,
    readers: [scraped, ...(await metricReaders(settings, { env, log }))],
    views: [{ instrumentName: "*", aggregationCardinalityLimit: seriesAtMost }],
  });
  const meter = meters.getMeter(packageJson.name, packageJson.version);
  const tracers = settings.traces
    ? new TracerProvider({
        resource,
        sampler: samplerOf(settings.sampler),
        spanProcessors: await spanProcessors({ env, log }),
      })
    : undefined;
  let spans: Observer = noopObserver;
  if (tracers) {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    trace.setGlobalTracerProvider(tracers);
    const startedIn = traceOf({ traceparent: env.TRACEPARENT, tracestate: env.TRACESTATE });
    spans = createSpans(tracers.getTracer(packageJson.name, packageJson.version), startedIn);
    await traceSdks();
  }
  const serializer = new PrometheusSerializer();
  return {
    observer: createObserver(createInstruments(meter), spans),
    watch: (fleet: CustomerHealthTracker) => recordHealth(fleet, meter),
    prometheus: async () => serializer.serialize((await scraped.collect()).resourceMetrics),
    /** A collector that does not answer holds up nobody for longer than this. */
    close: async () => {
      const closing = Promise.allSettled([tracers?.shutdown(), meters.shutdown()]);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<"late">((resolve) => {
        timer = setTimeout(() => resolve("late"), closeMilliseconds);
      });
      const first = await Promise.race([closing, late]).finally(() => clearTimeout(timer));
      if (first === "late") log.info(`${hostOf(env)} did not take the last traces and metrics in time`);
    },
  };
}
