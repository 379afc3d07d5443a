import { expect, test } from "vitest";
import { asksForTelemetry, otelSettings } from "../../../src/lib/telemetry/otel-settings.ts";

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318" };

test.each([
  ["nothing set", {}, { traces: false, metrics: false }],
  ["an endpoint", endpoint, { traces: true, metrics: true }],
  ["one for traces", { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://c/v1/traces" }, { traces: true, metrics: false }],
  ["one for metrics", { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: "http://c/v1/m" }, { traces: false, metrics: true }],
  ["otlp by name", { OTEL_TRACES_EXPORTER: "otlp" }, { traces: true, metrics: false }],
  ["none by name", { ...endpoint, OTEL_METRICS_EXPORTER: "none" }, { traces: true, metrics: false }],
  ["disabled", { ...endpoint, OTEL_SDK_DISABLED: "TRUE" }, { traces: false, metrics: false }],
])("with %s, OpenTelemetry's variables mean what its specification says", (_what, env, wanted) => {
  expect(otelSettings(env)).toMatchObject({ ...wanted, complaints: [] });
  expect(asksForTelemetry(env)).toBe(wanted.traces || wanted.metrics);
});

test("unsupported settings are reported, and the others apply", () => {
  const { complaints, sampler, exportMilliseconds, traces } = otelSettings({
    ...endpoint,
    ...{
      OTEL_METRICS_EXPORTER: "prometheus",
      OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
      OTEL_TRACES_SAMPLER: "jaeger_remote",
    },
    ...{ OTEL_TRACES_SAMPLER_ARG: "many", OTEL_METRIC_EXPORT_INTERVAL: "soon" },
  });

  expect(complaints).toHaveLength(3);
  expect({ traces, sampler, exportMilliseconds }).toEqual({
    traces: true,
    sampler: { name: "parentbased_always_on", ratio: 1 },
    exportMilliseconds: 60_000,
  });
});
