import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTlsIdentity } from "../../sandbox/src/certificates/tls-identity.ts";
import { openCollector } from "./collector.ts";
import { jsonLines, openSandbox, xtenant } from "./xtenant.ts";

let sandbox: Awaited<ReturnType<typeof openSandbox>>;
beforeAll(async () => {
  sandbox = await openSandbox();
  await sandbox.x("onboard", "acme", "--provision");
  await sandbox.x("grant", "acme", "--role", "data-owner", "--wait");
}, 60_000);
afterAll(() => sandbox?.[Symbol.asyncDispose]());

const key = "collector-key-0815";
const run = (env: NodeJS.ProcessEnv, ...line: readonly string[]) =>
  xtenant(["--config", sandbox.config, ...line], { env });

test("one trace covers the command, its handling, its status and the poll that reads it", async () => {
  await using collector = await openCollector();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_EXPORTER_OTLP_HEADERS: `api-key=${key}` };
  const handler = 'printf %s "$TRACEPARENT"';
  const ran = [
    await run(env, "send", "acme", "hi", "--verbose"),
    await run(
      env,
      ...["respond", "acme", "--once", "--idle", "200ms", "--verbose", "--exec", "sh", "--", "-c", handler],
    ),
    await run(
      { ...env, OTEL_SERVICE_NAME: "contoso-reader" },
      "poll",
      "acme",
      "--json",
      "--idle",
      "200ms",
      "--verbose",
    ),
  ];

  expect(ran.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
  const named = (name: string) => {
    const [span] = collector.spans.filter((one) => one.name === name);
    expect(span, `${name} of ${collector.spans.map((one) => one.name)}`).toBeDefined();
    return span;
  };
  const chain = ["create commands", "process commands", "create statuses", "process statuses"].map(named);
  const [record] = jsonLines(ran[2]?.stdout ?? "");
  expect(new Set(chain.map((span) => span?.traceId))).toEqual(new Set([record?.traceId]));
  expect(chain.map((span) => span?.parentSpanId)).toEqual([
    undefined,
    ...chain.slice(0, -1).map((span) => span?.spanId),
  ]);
  expect(chain.map((span) => span?.kind)).toEqual([4, 5, 4, 5]);
  expect(chain.map((span) => span?.service)).toEqual(["xtenant", "xtenant", "xtenant", "contoso-reader"]);
  expect(named("process statuses")?.attributes).toMatchObject({
    "messaging.system": "servicebus",
    "messaging.destination.name": "statuses",
    "xtenant.customer": "acme",
    "messaging.servicebus.disposition_status": "complete",
  });
  expect(record?.properties).toMatchObject({ traceparent: expect.stringContaining(String(chain[2]?.spanId)) });
  expect(record?.body).toContain(String(chain[0]?.spanId));
  // The SDK reports its work for the message, and does not start a second trace.
  const beneath = collector.spans
    .filter(({ parentSpanId }) => parentSpanId === chain[1]?.spanId)
    .map(({ name }) => name);
  expect(beneath).toContain("ServicebusReceiver.complete");
  expect(collector.spans.map(({ name }) => name)).not.toContain("message");

  const count = (name: string, attributes = {}) =>
    collector.points.filter((point) => point.name === name && matches(point.attributes, attributes));
  expect(count("messaging.client.sent.messages", { "xtenant.customer": "acme" }).map(({ value }) => value)).toEqual([
    1, 1,
  ]);
  expect(count("messaging.client.consumed.messages").map(({ value }) => value)).toEqual([1, 1]);
  expect(count("messaging.client.operation.duration", { "messaging.operation.name": "send" })).toHaveLength(2);
  expect(collector.headers[0]?.["api-key"]).toBe(key);
  expect(JSON.stringify(ran)).not.toContain(key);
});

const matches = (attributes: object, wanted: object) =>
  Object.entries(wanted).every(([name, value]) =>
    Object.entries(attributes).some(([n, v]) => n === name && v === value),
  );

test("a batch names the separate traces of its messages; a collector's own authority is trusted when it is configured", async () => {
  const tls = await createTlsIdentity();
  const ca = join(sandbox.folder, "collector-ca.pem");
  await writeFile(ca, tls.ca);
  await using collector = await openCollector(200, tls);
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_EXPORTER_OTLP_CERTIFICATE: ca };
  const lines = ["a", "b", "c"].map((body) => JSON.stringify({ body })).join("\n");
  const { exitCode } = await xtenant(["--config", sandbox.config, "send", "acme", "--ndjson", "-"], {
    env,
    input: lines,
  });

  expect(exitCode).toBe(0);
  const made = collector.spans.filter(({ name }) => name === "create commands");
  const [sent] = collector.spans.filter(({ name }) => name === "send commands");
  expect(new Set(made.map(({ traceId }) => traceId)).size).toBe(3);
  expect(sent?.links.map(({ spanId }) => spanId).sort()).toEqual(made.map(({ spanId }) => spanId).sort());
});

test.each([
  ["refuses", async () => (await openCollector(401)).endpoint, /^traces do not arrive at 127.0.0.1:\d+: 401$/m],
  ["is not there", async () => "http://user:geheim@127.0.0.1:9/x", /^127.0.0.1:9 did not take the last traces/m],
])(
  "a collector that %s does not stop the program, is reported once, and exposes no secret",
  async (_how, endpoint, said) => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: await endpoint(), OTEL_EXPORTER_OTLP_HEADERS: `api-key=${key}` };
    const { exitCode, stderr } = await run({ ...env, OTEL_METRICS_EXPORTER: "none" }, "send", "acme", "hi");

    expect(exitCode).toBe(0);
    expect(stderr).toMatch(said);
    expect(stderr).not.toMatch(/geheim|api-key|collector-key/);
  },
);

test("nothing is sent when telemetry is off", async () => {
  await using collector = await openCollector();
  const off = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_SDK_DISABLED: "true" };
  const { exitCode, stderr } = await run(off, "send", "acme", "hi");

  expect([exitCode, stderr, collector.headers]).toEqual([0, "", []]);
});
