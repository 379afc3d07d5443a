import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import {
  createDefaultHttpClient,
  createPipelineFromOptions,
  createPipelineRequest,
  type PipelineOptions,
} from "@azure/core-rest-pipeline";
import { expect, onTestFinished, test } from "vitest";
import { mapAzureError } from "../../../../src/lib/azure/error-mapping.ts";
import { Failure } from "../../../../src/lib/errors/failure.ts";

const place = { customer: "acme", tenant: "t", namespace: "acme-bus.servicebus.windows.net" };
const noise = Buffer.from(Array.from({ length: 4_096 }, (_, n) => (n * 97 + 13) % 256));

/** A port that does this with a client after its first bytes. */
async function openPort(answer: (client: Socket) => void): Promise<number> {
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client.on("error", () => {}));
    client.once("data", () => answer(client));
  }).listen(0, "127.0.0.1");
  onTestFinished(() => {
    for (const client of clients) client.destroy();
    server.close();
  });
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function failureOf(url: string, options: PipelineOptions): Promise<unknown> {
  const pipeline = createPipelineFromOptions({ ...options, retryOptions: { maxRetries: 0 } });
  const answer = pipeline.sendRequest(createDefaultHttpClient(), createPipelineRequest({ url }));
  return mapAzureError(await answer.catch((error: unknown) => error), place);
}

test.each<readonly [string, string, (client: Socket) => void]>([
  ["ends the connection", "ConnectionFailed", (client) => client.destroy()],
  [
    "opens the tunnel and then ends it",
    "ECONNRESET",
    (client) => client.write("HTTP/1.1 200 OK\r\n\r\n", () => client.destroy()),
  ],
  [
    "opens the tunnel to something that is not TLS",
    "ForeignAnswer",
    (client) => client.once("data", () => client.write(noise)).write("HTTP/1.1 200 OK\r\n\r\n"),
  ],
  ["answers with noise", "ConnectionFailed", (client) => client.end(noise)],
])("a proxy that %s is reported as %s, and not as a bug", async (_what, code, answer) => {
  const proxyOptions = { host: "http://127.0.0.1", port: await openPort(answer) };

  const failure = await failureOf("https://login.microsoftonline.com/", { proxyOptions });

  expect(failure).toBeInstanceOf(Failure);
  expect(failure).toMatchObject({ kind: "unavailable", code, retryable: true });
});

test("a service that does not speak TLS on its port is a foreign answer", async () => {
  const port = await openPort((client) => client.end("HTTP/1.1 400 Bad Request\r\n\r\n"));

  expect(await failureOf(`https://localhost:${port}/`, {})).toMatchObject({
    kind: "unavailable",
    code: "ForeignAnswer",
  });
});
