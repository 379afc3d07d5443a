import type { ExportResult } from "@opentelemetry/core";
import type { IMetricReader } from "@opentelemetry/sdk-metrics";
import type { SpanProcessor } from "@opentelemetry/sdk-trace";
import type { OtelSettings } from "./otel-settings.ts";

type Surroundings = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: { readonly info: (line: string) => void };
};

/** The variables that the exporters read on their own: address, headers and certificates. Listed here for `help environment`. */
export const readByExporters = [
  "OTEL_EXPORTER_OTLP_HEADERS",
  "OTEL_EXPORTER_OTLP_CERTIFICATE",
  "OTEL_SERVICE_NAME",
  "OTEL_RESOURCE_ATTRIBUTES",
] as const;

export async function spanProcessors(surroundings: Surroundings): Promise<SpanProcessor[]> {
  const [{ BatchSpanProcessor }, { OTLPTraceExporter }] = await Promise.all([
    import("@opentelemetry/sdk-trace"),
    import("@opentelemetry/exporter-trace-otlp-http"),
  ]);
  const exporter = logFailures(new OTLPTraceExporter(), "traces", surroundings);
  return [new BatchSpanProcessor({ exporter })];
}

export async function metricReaders(settings: OtelSettings, surroundings: Surroundings): Promise<IMetricReader[]> {
  if (!settings.metrics) return [];
  const [{ PeriodicExportingMetricReader }, { OTLPMetricExporter }] = await Promise.all([
    import("@opentelemetry/sdk-metrics"),
    import("@opentelemetry/exporter-metrics-otlp-http"),
  ]);
  const exporter = logFailures(new OTLPMetricExporter(), "metrics", surroundings);
  const exportIntervalMillis = settings.exportMilliseconds;
  const exportTimeoutMillis = Math.min(exportIntervalMillis, 30_000);
  return [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis, exportTimeoutMillis })];
}

type Exporter<Items> = { export(items: Items, done: (result: ExportResult) => void): void };

/**
 * Logs once that exports fail, and once that they succeed again. The command continues in both cases. The log names only the
 * collector's host and the code of its answer, because address, headers and answers can contain secrets.
 */
function logFailures<Items, One extends Exporter<Items>>(exporter: One, what: string, { env, log }: Surroundings): One {
  const send = exporter.export.bind(exporter);
  let arrives = true;
  exporter.export = (items, done) =>
    send(items, (result) => {
      const now = result.code === 0;
      if (now !== arrives) {
        const where = hostOf(env);
        log.info(
          now ? `${what} arrive at ${where} again` : `${what} do not arrive at ${where}: ${reasonOf(result.error)}`,
        );
      }
      arrives = now;
      done(result);
    });
  return exporter;
}

export const hostOf = ({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint = "" }: Surroundings["env"]): string =>
  URL.canParse(endpoint) ? new URL(endpoint).host : "the collector";

/** `ECONNREFUSED`, `401`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "no reason was given";
  const code = "code" in error && error.code !== undefined ? error.code : undefined;
  const inner = error.cause instanceof Error && "code" in error.cause ? error.cause.code : undefined;
  return String(code ?? inner ?? error.name);
}
