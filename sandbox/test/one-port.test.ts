import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type SandboxProcess, startSandboxProcess } from "./sandbox-process.ts";

let sandbox: SandboxProcess;
beforeAll(async () => {
  sandbox = await startSandboxProcess();
});
afterAll(() => sandbox.stop());

const discovery = "/contoso.example/v2.0/.well-known/openid-configuration";
const imds = "/metadata/identity/oauth2/token/";

async function get(protocol: "http" | "https", path: string, host = `localhost:${sandbox.port}`): Promise<number> {
  const send = protocol === "http" ? httpRequest : httpsRequest;
  const request = send({
    host: "127.0.0.1",
    servername: "localhost",
    port: sandbox.port,
    path,
    headers: { host },
  }).end();
  const [response]: IncomingMessage[] = await once(request, "response");
  response?.resume();
  return response?.statusCode ?? 0;
}

test("without TLS only the managed-identity endpoint answers", async () => {
  expect(await get("http", imds)).toBe(400);
  for (const path of [discovery, "/graph/v1.0/applications", "/arm/subscriptions/x", "/devicelogin"])
    expect(await get("http", path)).toBe(404);
});

test("inside TLS everything else answers", async () => {
  expect(await get("https", discovery)).toBe(200);
  expect(await get("https", "/graph/v1.0/applications")).toBe(401);
  expect(await get("https", "/arm/subscriptions/x")).toBe(401);
  expect(await get("https", imds)).toBe(404);
});

test.each(["http", "https"] as const)("over %s a request for another host is refused", async (protocol) => {
  const path = protocol === "http" ? imds : discovery;
  const served = protocol === "http" ? 400 : 200;

  for (const name of ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"])
    expect(await get(protocol, path, `${name}:${sandbox.port}`)).toBe(served);
  for (const host of ["evil.example", `evil.example:${sandbox.port}`, "localhost", "localhost:1", "x.localhost"])
    expect(await get(protocol, path, host)).toBe(421);
});

test("AMQP inside TLS reaches the broker", async () => {
  const socket = connectTls({ host: "127.0.0.1", port: sandbox.port, servername: "localhost" });
  await once(socket, "secureConnect");
  socket.write(Buffer.from("AMQP\x03\x01\x00\x00", "latin1"));

  const [answer]: Buffer[] = await once(socket, "data");

  expect(answer?.subarray(0, 5).toString("latin1")).toBe("AMQP\x03");
  socket.destroy();
});

test("AMQP over WebSocket reaches the broker, under the port's own names only", async () => {
  const dial = (host: string) => {
    const url = `wss://localhost:${sandbox.port}/$servicebus/websocket`;
    const socket = new WebSocket(url, "AMQPWSB10", { headers: { host } });
    return once(socket, "open").then(() => socket);
  };
  const socket = await dial(`localhost:${sandbox.port}`);
  socket.send(Buffer.from("AMQP\x03\x01\x00\x00", "latin1"));

  const [answer]: Buffer[] = await once(socket, "message");

  expect(answer?.subarray(0, 5).toString("latin1")).toBe("AMQP\x03");
  socket.terminate();
  await expect(dial("evil.example")).rejects.toThrow();
});

test("AMQP without TLS is not served", async () => {
  const socket = connect(sandbox.port, "127.0.0.1");
  const received: Buffer[] = [];
  socket.on("data", (bytes) => received.push(bytes));
  socket.write(Buffer.from("AMQP\x03\x01\x00\x00", "latin1"));
  await once(socket, "close");

  expect(Buffer.concat(received).toString("latin1")).not.toMatch(/^AMQP/);
});

test("the certificate is for loopback names and the namespaces' suffix", async () => {
  const reach = async (servername: string) => {
    const socket = connectTls({ host: "127.0.0.1", port: sandbox.port, servername });
    await once(socket, "secureConnect");
    socket.destroy();
    return true;
  };

  expect(await reach("localhost")).toBe(true);
  expect(await reach("acme-bus.servicebus.localhost")).toBe(true);
  await expect(reach("login.microsoftonline.com")).rejects.toMatchObject({ code: "ERR_TLS_CERT_ALTNAME_INVALID" });
});

const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === "IPv4")?.address;

test.skipIf(outside === undefined)("the machine's other addresses are closed", async () => {
  const socket = connect({ port: sandbox.port, host: outside ?? "" });

  await expect(once(socket, "connect")).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("a port that is taken is an error with the code EADDRINUSE", async () => {
  const second = startSandboxProcess({ port: sandbox.port, directory: join(sandbox.directory, "second") });

  await expect(second).rejects.toThrow("EADDRINUSE");
});

test("the log names the code of a refusal", async () => {
  await get("https", "/nobody.example/adminconsent");
  await get("https", "/graph/v1.0/applications");

  await expect.poll(() => sandbox.log).toContain("GET /nobody.example/adminconsent 400 AADSTS90002");
  await expect.poll(() => sandbox.log).toContain("GET /graph/v1.0/applications 401 InvalidAuthenticationToken");
});

test("the log has a line for each request, without its query", async () => {
  await get("https", `${discovery}?code=confidential`);

  await expect.poll(() => sandbox.log).toContain(`GET ${discovery} 200`);
  expect(sandbox.log.join("\n")).not.toContain("confidential");
});
