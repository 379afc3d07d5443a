/** Whether the SDKs report spans. Apart from `sdk-tracing.ts`, so that asking does not load OpenTelemetry. */
export const sdkTracing: { isOn: boolean } = { isOn: false };
