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
  /** Lets the SDKs of Azure report spans, too. */
  readonly traceSdks: () => Promise<void>;
};

/** The maximum number of series of one instrument: a replica's customers times a few codes. Further ones are counted together. */
const seriesAtMost = 20_000;
const closeMilliseconds = 2_000;

/** OpenTelemetry's official SDK, configured by its environment variables. Metrics can always be read; they are pushed on request. */
export async function openTelemetry({ env, log, traceSdks }: Surroundings) {
  const settings = otelSettings(env);
  for (const complaint of settings.complaints) log.info(complaint);
  const resource = defaultResource()
    .merge(resourceFromAttributes({ "service.name": packageJson.name, "service.version": packageJson.version }))
    .merge(detectResources({ detectors: [serviceInstanceIdDetector, envDetector] }));

  // It has no server of its own: the health endpoint collects from it.
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
    /** The maximum time to wait for a collector that does not answer. */
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
