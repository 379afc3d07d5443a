import { expect, test } from "vitest";
import { parseCustomerName } from "../../../src/lib/domain/customer.ts";
import { createCustomerHealthTracker } from "../../../src/lib/telemetry/customer-health.ts";
import { lazyTelemetry } from "../../../src/lib/telemetry/lazy-telemetry.ts";

function onDemand(env: Readonly<Record<string, string>>, traceSdks = async () => {}) {
  const said: string[] = [];
  return { said, telemetry: lazyTelemetry({ env, log: { info: (line) => said.push(line) }, traceSdks }) };
}
// Nothing listens on this port, so the exported data is lost without a delay.
const endpoint = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://127.0.0.1:9/v1/traces" };
const end = { customer: "acme", namespace: "acme-bus.example", queue: "statuses" };

test("without settings there is no observer until Prometheus metrics are requested", async () => {
  const { said, telemetry } = onDemand({});
  expect(await telemetry.observer()).toBeUndefined();

  const metrics = await telemetry.forPrometheus();
  const fleet = createCustomerHealthTracker([{ name: parseCustomerName("acme") }]);
  await telemetry.watch(fleet);
  fleet.failed("acme", {
    ...{ kind: "unavailable", code: "NoAnswer", message: "it is silent" },
    ...{ actor: "nobody", retryable: true },
  });
  const observer = await telemetry.observer();
  await observer?.call({ operation: "peek", end }, async () => []);
  const text = await metrics();
  await telemetry.close();

  expect(text).toMatch(/^xtenant_customers\{.*xtenant_state="failing".*\} 1$/m);
  expect(text).toMatch(/^xtenant_customer_failures_total\{.*error_type="NoAnswer".*\} 1$/m);
  expect(text).toMatch(/^xtenant_customer_live\{.*xtenant_customer="acme".*\} 0$/m);
  expect(text).toMatch(/^messaging_client_operation_duration_count\{.*messaging_operation_name="peek".*\} 1$/m);
  // A histogram has a series for each bucket, so it has no customer attribute.
  expect(text.split("\n").filter((line) => /duration.*xtenant_customer=/.test(line))).toEqual([]);
  expect(said).toEqual([]);
});

test("telemetry that cannot start is reported once, and stops nothing", async () => {
  const { said, telemetry } = onDemand(endpoint, () => Promise.reject(new Error("words of a secret")));

  expect(await telemetry.observer()).toBeUndefined();
  await telemetry.watch(createCustomerHealthTracker([]));
  await telemetry.close();
  expect(said).toEqual(["OpenTelemetry could not be started: Error"]);
});
