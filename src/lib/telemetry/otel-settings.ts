type Environment = Readonly<Record<string, string | undefined>>;

/** What OpenTelemetry's environment variables ask for. The exporters read the variables about their connection themselves. */
export type OtelSettings = {
  readonly traces: boolean;
  readonly metrics: boolean;
  /** The share of new traces that is exported. */
  readonly sampler: { readonly name: Sampler; readonly ratio: number };
  readonly exportMilliseconds: number;
  /** Settings that are not supported. */
  readonly complaints: readonly string[];
};

const samplers = ["always_on", "always_off", "traceidratio"] as const;
type Sampler = (typeof samplers)[number] | `parentbased_${(typeof samplers)[number]}`;

/** Whether any telemetry is requested. Every command line checks only this. */
export const asksForTelemetry = (env: Environment): boolean =>
  env.OTEL_SDK_DISABLED?.toLowerCase() !== "true" &&
  [
    env.OTEL_EXPORTER_OTLP_ENDPOINT,
    env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
    env.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT,
    env.OTEL_TRACES_EXPORTER,
    env.OTEL_METRICS_EXPORTER,
  ].some(Boolean);

/** The specification's defaults, except that nothing is sent unless a collector is named. */
export function otelSettings(env: Environment): OtelSettings {
  const complaints: string[] = [];
  const asked = asksForTelemetry(env);
  const exported = (name: "OTEL_TRACES_EXPORTER" | "OTEL_METRICS_EXPORTER", endpoint: string | undefined) => {
    const { [name]: chosen } = env;
    if (chosen === "otlp") return asked;
    if (!chosen) return asked && Boolean(endpoint || env.OTEL_EXPORTER_OTLP_ENDPOINT);
    if (chosen !== "none") complaints.push(`${name}=${chosen} is not known here: otlp or none (Prometheus: --health)`);
    return false;
  };
  const protocol = env.OTEL_EXPORTER_OTLP_PROTOCOL;
  if (protocol && protocol !== "http/json")
    complaints.push(
      `OTEL_EXPORTER_OTLP_PROTOCOL=${protocol}: only http/json is spoken, which collectors take on port 4318`,
    );
  const wanted = env.OTEL_TRACES_SAMPLER ?? "";
  const name = isSampler(wanted) ? wanted : "parentbased_always_on";
  if (wanted !== "" && wanted !== name) complaints.push(`OTEL_TRACES_SAMPLER=${wanted} is not known here`);
  const ratio = Number(env.OTEL_TRACES_SAMPLER_ARG || 1);
  const interval = Number(env.OTEL_METRIC_EXPORT_INTERVAL || 60_000);
  return {
    traces: exported("OTEL_TRACES_EXPORTER", env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT),
    metrics: exported("OTEL_METRICS_EXPORTER", env.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT),
    sampler: { name, ratio: ratio >= 0 && ratio <= 1 ? ratio : 1 },
    exportMilliseconds: interval >= 10 ? interval : 60_000,
    complaints,
  };
}

const isSampler = (text: string): text is Sampler =>
  samplers.some((name) => text === name || text === `parentbased_${name}`);
