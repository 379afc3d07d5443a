import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { parseCustomerName } from "../../../src/lib/domain/customer.ts";
import { parseHealthAddress } from "../../../src/lib/health/health-address.ts";
import { openHealth } from "../../../src/lib/health/open-health.ts";
import { createCustomerHealthTracker } from "../../../src/lib/telemetry/customer-health.ts";

const fleet = () => createCustomerHealthTracker([{ name: parseCustomerName("acme") }]);
const served = (one = fleet()) => ({ fleet: one, metrics: async () => "xtenant_customers 1\n" });
const open = (one = fleet(), host = "127.0.0.1") => openHealth({ host, port: 0 }, served(one));

/** With the headers as they are, which `fetch` would not send. */
const ask = (port: number, path: string, { method = "GET", host = `127.0.0.1:${port}` } = {}) =>
  new Promise<{ status: number | undefined; type: string | undefined; body: string }>((resolve, reject) => {
    const asked = request({ port, path, method, host: "127.0.0.1", headers: { host } }, async (answer) =>
      resolve({ status: answer.statusCode, type: answer.headers["content-type"], body: await text(answer) }),
    );
    asked.on("error", reject).end();
  });

test("probes are answered from the state of the customers", async () => {
  const customers = fleet();
  await using health = await open(customers);
  const { port } = health;

  expect(await ask(port, "/livez")).toMatchObject({ status: 200, body: "ok\n" });
  expect(await ask(port, "/readyz")).toMatchObject({ status: 503, body: "connecting: 1\n" });
  customers.observer.attached({ customer: "acme", namespace: "", queue: "" });
  expect(await ask(port, "/readyz")).toMatchObject({ status: 200, body: "ok\n" });
  expect(JSON.parse((await ask(port, "/status")).body)).toMatchObject({ ready: true, each: [{ customer: "acme" }] });
  expect(await ask(port, "/metrics")).toMatchObject({
    status: 200,
    type: expect.stringContaining("version=0.0.4"),
    body: expect.stringContaining("xtenant_customers"),
  });
});

test("other methods, other paths and other host names that resolve to loopback are refused", async () => {
  await using health = await open();
  const { port } = health;

  expect(await ask(port, "/livez", { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
  expect(await ask(port, "/livez", { method: "POST" })).toMatchObject({ status: 405 });
  expect(await ask(port, "/../etc/passwd")).toMatchObject({ status: 404 });
  expect(await ask(port, "/livez", { host: "evil.example" })).toMatchObject({ status: 421 });
  expect(await ask(port, "/livez", { host: `localhost:${port}` })).toMatchObject({ status: 200 });
  expect(await ask(port, "/livez", { host: "10.244.1.7:8080" })).toMatchObject({ status: 200 });
  expect(await ask(port, `/${"x".repeat(10_000)}`)).toMatchObject({ status: 431 });
});

test("beyond loopback every client may use the host name of the Kubernetes Service", async () => {
  await using health = await open(fleet(), "0.0.0.0");

  expect(await ask(health.port, "/livez", { host: "poll-0.poll.xtenant.svc:8080" })).toMatchObject({ status: 200 });
});

test("bytes that are not a request are answered, and the server keeps running", async () => {
  await using health = await open();
  const socket = connect(health.port, "127.0.0.1");
  socket.end("\u0016\u0003\u0001 nonsense\r\n\r\n");

  expect(await text(socket)).toContain("400");
  expect(await ask(health.port, "/livez")).toMatchObject({ status: 200 });
});

test("a client that holds connections without a request does not keep a probe out", async () => {
  await using health = await open();
  const held = Array.from({ length: 200 }, () => connect(health.port, "127.0.0.1").on("error", () => {}));
  await Promise.all(held.map((socket) => once(socket, "connect")));

  expect(await ask(health.port, "/livez")).toMatchObject({ status: 200 });

  for (const socket of held) socket.destroy();
});

test("a port in use is a failure that the operator must resolve", async () => {
  await using health = await open();

  await expect(openHealth({ host: "127.0.0.1", port: health.port }, served())).rejects.toMatchObject({
    ...{ kind: "usage", code: "ListenFailed", serviceCode: "EADDRINUSE" },
  });
});

test.each([
  ["8080", "127.0.0.1", 8080],
  ["0.0.0.0:8080", "0.0.0.0", 8080],
  ["[::1]:0", "::1", 0],
])("%s is an address to listen on", (typed, host, port) => {
  expect(parseHealthAddress(typed)).toEqual({ host, port });
});

test.each(["", "http", "65536", "localhost:80", "::1:80", "1.2.3:80", "127.0.0.1", "127.0.0.1:80/x"])(
  "'%s' is none",
  (typed) => {
    expect(() => parseHealthAddress(typed)).toThrow("expected a port");
  },
);
