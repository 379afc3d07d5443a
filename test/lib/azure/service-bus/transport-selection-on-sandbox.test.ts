import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, createServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createTlsIdentity } from "../../../../sandbox/src/certificates/tls-identity.ts";
import { createDistantServer } from "../../../../sandbox/src/distance.ts";
import { type SandboxProcess, startSandboxProcess } from "../../../../sandbox/test/sandbox-process.ts";
import { openBroker, openQueue } from "../../../../sandbox/test/service-bus/open-broker.ts";
import { grant } from "../../../../src/commands/grant.ts";
import { onboard } from "../../../../src/commands/onboard/onboard-steps.ts";
import { verify } from "../../../../src/commands/verify.ts";
import { createAzureServices } from "../../../../src/lib/azure/azure-services.ts";
import type { Identity } from "../../../../src/lib/azure/credentials/credentials.ts";
import { closeClient, openClient } from "../../../../src/lib/azure/service-bus/namespace-client.ts";
import { createTransportSelector } from "../../../../src/lib/azure/service-bus/transport-selection.ts";
import { type Config, parseConfig } from "../../../../src/lib/config/config.ts";
import { azureClouds, type CloudEndpoints } from "../../../../src/lib/domain/cloud-endpoints.ts";
import { type NamespaceHost, parseCustomerName } from "../../../../src/lib/domain/customer.ts";
import { noTelemetry } from "../../../../src/lib/telemetry/telemetry.ts";
import { fakeTerminal } from "../../../fakes/terminal.ts";

const acme = parseCustomerName("acme");
const quiet = { ask: () => {}, info: () => {}, debug: () => {} };
const automatic = { cloud: azureClouds.public, transport: "auto" } as const;
/** The only host whose ports a test can rule over. */
const here = "localhost" as NamespaceHost;
let sandbox: SandboxProcess;

beforeAll(async () => {
  sandbox = await startSandboxProcess();
});
afterAll(() => sandbox.stop());

/** A server that takes connections, and speaks TLS (with a certificate that nobody trusts) or says nothing; how many came. */
async function openServer(speaks: "tls" | "nothing" = "tls") {
  let connections = 0;
  const { certificate, privateKey } = await createTlsIdentity();
  const server =
    speaks === "tls"
      ? createTlsServer({ cert: certificate, key: privateKey }).on("tlsClientError", () => {})
      : createServer();
  server.on("connection", (socket) => {
    connections += 1;
    socket.on("error", () => {});
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, server, connections: () => connections };
}

test("auto selects AMQP where its port answers, and probes once for each namespace", async () => {
  const { port, connections } = await openServer();
  const routeTo = createTransportSelector({ env: {}, log: quiet }, { port });

  const routes = await Promise.all([routeTo(automatic, here), routeTo(automatic, here)]);

  expect([...routes, await routeTo(automatic, here)].map(({ transport }) => transport)).toEqual([
    "amqp",
    "amqp",
    "amqp",
  ]);
  await expect.poll(connections).toBe(1);
});

test("auto selects a WebSocket where the port refuses, and --verbose says why", async () => {
  const { port, server } = await openServer();
  server.close();
  const said: string[] = [];
  const log = { ...quiet, debug: (line: string) => void said.push(line) };

  const route = await createTransportSelector({ env: {}, log }, { port })(automatic, here);

  expect(route).toMatchObject({ transport: "websocket", webSocketOptions: {} });
  expect(said).toEqual([expect.stringMatching(/^localhost: websocket \(port \d+: ECONNREFUSED\)$/)]);
});

test("auto selects a WebSocket where TCP connects and TLS gets no answer", async () => {
  const { port, connections } = await openServer("nothing");

  expect(
    await createTransportSelector({ env: {}, log: quiet }, { port, milliseconds: 200 })(automatic, here),
  ).toMatchObject({
    transport: "websocket",
  });
  expect(connections()).toBe(1);
});

test("auto selects a WebSocket when its port answers and the port of AMQP is late", async () => {
  const silent = await openServer("nothing");
  const broker = await openBroker();
  onTestFinished(() => broker.close());
  const said: string[] = [];
  const log = { ...quiet, debug: (line: string) => void said.push(line) };
  const ports = { port: silent.port, webSocketPort: broker.port, headStart: 1, milliseconds: 60_000 };

  const route = await createTransportSelector({ env: {}, log }, ports)(automatic, here);

  expect(route).toMatchObject({ transport: "websocket" });
  expect(said).toEqual([expect.stringMatching(/no answer before a WebSocket's port/)]);
});

test("the connection on which the port has answered becomes the first client's, and the next client has its own", async () => {
  const broker = await openBroker();
  onTestFinished(() => broker.close());
  const { host, queue, oid, counts } = await openQueue(broker);
  let connections = 0;
  const server = createDistantServer(broker.port, { delay: 0, ended: () => {} });
  server.on("connection", () => {
    connections += 1;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const getToken = async () => ({
    token: await broker.call("mint", { tenant: "acme", oid }),
    expiresOnTimestamp: Date.now() + 3600_000,
  });
  const cloud = { ...azureClouds.public, sandbox: { serviceBusEndpoint: `sb://localhost:${port}` } } as CloudEndpoints;
  const identity: Identity = { kind: "secret", credential: { getToken } };

  const route = await createTransportSelector({ env: {}, log: quiet }, { port })(automatic, here);
  const send = async () => {
    const client = openClient(cloud, host as NamespaceHost, identity, route);
    await client.createSender(queue).sendMessages({ body: "hi" });
    await closeClient(client);
  };
  await send();
  expect(connections).toBe(1);
  await send();

  expect(connections).toBe(2);
  expect((await counts()).active).toBe(2);
});

test("auto selects a WebSocket where another protocol answers", async () => {
  const { port, server } = await openServer("nothing");
  server.on("connection", (socket) => void socket.end("HTTP/1.1 403 Forbidden\r\n\r\n"));

  expect(await createTransportSelector({ env: {}, log: quiet }, { port })(automatic, here)).toMatchObject({
    transport: "websocket",
  });
});

test.runIf(process.platform === "linux")("auto selects a WebSocket where the port gives no answer", async () => {
  const script = `require("net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, function () {
    console.log(this.address().port); process.kill(process.pid, "SIGSTOP") })`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const port = Number(String((await once(child.stdout, "data"))[0]));
  // Its queue of connections that nobody accepts is full with two: the kernel drops what comes then.
  const waiting = [connect(port, "127.0.0.1"), connect(port, "127.0.0.1")];
  onTestFinished(() => waiting.forEach((socket) => void socket.destroy()));
  await Promise.all(waiting.map((socket) => once(socket, "connect")));

  const routeTo = createTransportSelector({ env: {}, log: quiet }, { port, milliseconds: 100 });

  expect(await routeTo(automatic, "127.0.0.1" as NamespaceHost)).toMatchObject({ transport: "websocket" });
});

test("for an unknown host name auto selects AMQP, which reports it", async () => {
  const routeTo = createTransportSelector({ env: {}, log: quiet });
  expect(await routeTo(automatic, "nobody.invalid" as NamespaceHost)).toMatchObject({ transport: "amqp" });
});

test("with a proxy auto selects a WebSocket without a probe, unless AMQP is configured or the host is exempt", async () => {
  const { port, connections } = await openServer();
  const env = { HTTPS_PROXY: "http://proxy.contoso.example:3128" };
  const transport = async (target: Pick<Config, "cloud" | "transport">, more = {}) =>
    (await createTransportSelector({ env: { ...env, ...more }, log: quiet }, { port })(target, here)).transport;

  expect(await transport(automatic)).toBe("websocket");
  expect(await transport({ ...automatic, transport: "amqp" })).toBe("amqp");
  expect(connections()).toBe(0);
  expect(await transport(automatic, { NO_PROXY: "localhost" })).toBe("amqp");
});

/** The sandbox by its config, with another transport or in another environment. */
async function contextWith(transport: Config["transport"], env: Readonly<Record<string, string>> = {}) {
  const parsed = parseConfig(JSON.parse(await readFile(sandbox.configFile, "utf8")), sandbox.configFile);
  if (!("provider" in parsed)) throw new Error(JSON.stringify(parsed));
  const config = { ...parsed, transport };
  const file = { read: async () => config, change: () => Promise.reject(new Error("unchanged")) };
  const terminal = fakeTerminal();
  return {
    azure: createAzureServices(file.read, { env, log: quiet }),
    config: file,
    log: quiet,
    terminal,
    telemetry: noTelemetry,
    signal: terminal.signal,
  };
}

/** A proxy that makes tunnels to wherever it is asked. */
async function openProxy(answer = "HTTP/1.1 200 Connection established") {
  const tunnels: string[] = [];
  const proxy = createHttpServer();
  proxy.on("connect", ({ url = "" }: IncomingMessage, socket) => {
    tunnels.push(url);
    socket.on("error", () => {});
    socket.write(`${answer}\r\n\r\n`);
    if (!answer.includes(" 200 ")) return void socket.end();
    const { hostname, port } = new URL(`tcp://${url}`);
    const onward = connect(Number(port), hostname).on("error", () => socket.destroy());
    socket.pipe(onward).pipe(socket);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  onTestFinished(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  return { address: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, tunnels };
}

test("all commands work over a WebSocket, directly and through a proxy, and the record says so", async () => {
  const context = await contextWith("websocket");
  await Array.fromAsync(onboard(context, acme, { provision: true, timeout: 10_000 }));
  await Array.fromAsync(grant(context, acme, { wait: 10_000 }));
  const { address, tunnels } = await openProxy();
  const proxied = await contextWith("websocket", { HTTPS_PROXY: address });

  expect(await Array.fromAsync(verify(context, [acme], {}))).toMatchObject([{ ok: true, transport: "websocket" }]);
  expect(await Array.fromAsync(verify(proxied, [acme], {}))).toMatchObject([{ ok: true, transport: "websocket" }]);
  expect(tunnels).toEqual([`localhost:${sandbox.port}`]);
});

test("a proxy that refuses the tunnel is reported within seconds", async () => {
  const { address } = await openProxy("HTTP/1.1 403 Forbidden");
  const context = await contextWith("websocket", { HTTPS_PROXY: address });

  const [record] = await Array.fromAsync(verify(context, [acme], {}));
  expect(record).toMatchObject({ ok: false, transport: "websocket" });
});
