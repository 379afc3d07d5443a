import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { createDefaultHttpClient, createHttpHeaders, createPipelineRequest } from "@azure/core-rest-pipeline";
import { expect, onTestFinished, test } from "vitest";
import { fetchBounded, sendBounded } from "../../../../src/lib/azure/http/bounded-answer.ts";
import { createHttpGuard } from "../../../../src/lib/azure/http/http-guard.ts";

const limits = { bytes: 100_000, milliseconds: 20_000 };
/** For hosts that do not come to an end. */
const soon = { ...limits, milliseconds: 300 };

/** A host that answers every request in this way. `closed` resolves when the client has ended its connection. */
async function openHost(answer: (response: ServerResponse) => void) {
  const closed = Promise.withResolvers<void>();
  const server = createServer((_, response) => {
    response.on("close", closed.resolve);
    answer(response);
  }).listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, closed: closed.promise };
}

const transport = createDefaultHttpClient();
/** As the SDKs' pipelines make it: they accept compressed answers. */
const requestTo = (url: string) =>
  createPipelineRequest({
    url,
    allowInsecureConnection: true,
    headers: createHttpHeaders({ "accept-encoding": "gzip,deflate" }),
  });
const bySdk = (url: string, within = limits) => {
  const request = requestTo(url);
  return sendBounded(request, (next) => transport.sendRequest(next), within);
};
const clients = [
  ["the SDKs' transport", bySdk],
  ["fetch", (url: string, within = limits) => fetchBounded(url, {}, within)],
] as const;

function endless(response: ServerResponse): void {
  const more = () => void (response.writable && response.write(Buffer.alloc(64 * 1024, 32), more));
  more();
}
function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write(" "), 20);
  response.on("close", () => clearInterval(timer));
}
const bomb = (response: ServerResponse) => {
  response.setHeader("content-encoding", "gzip");
  response.end(gzipSync(Buffer.alloc(20 * 1024 ** 2)));
};

test.each(
  clients.flatMap(([name, send]) => [
    [name, "an endless body", endless, "AnswerTooLarge", send] as const,
    [name, "a body that grows when it is decompressed", bomb, "AnswerTooLarge", send] as const,
    [name, "a body of one byte after the other", drip, "NoAnswer", send] as const,
    [name, "nothing", () => {}, "NoAnswer", send] as const,
    [name, "headers only", (response: ServerResponse) => response.flushHeaders(), "NoAnswer", send] as const,
  ]),
)("with %s, a host that answers with %s is a failure, and its connection ends", async (_n, _w, answer, code, send) => {
  const host = await openHost(answer);

  await expect(send(host.url, code === "NoAnswer" ? soon : limits)).rejects.toMatchObject({
    kind: "unavailable",
    code,
  });
  await host.closed;
});

test("an answer within the limits arrives whole, compressed or not, and leaves the request as it was", async () => {
  const text = JSON.stringify({ value: "ä".repeat(10_000) });
  const host = await openHost((response) => {
    response.setHeader("content-encoding", "gzip");
    response.end(gzipSync(text));
  });
  const request = requestTo(host.url);
  const before = { ...request };

  const answer = await sendBounded(request, (next) => transport.sendRequest(next), limits);

  expect(answer.bodyAsText).toBe(text);
  expect(answer.readableStreamBody).toBeUndefined();
  expect(request).toEqual(before);
  expect(await (await fetchBounded(host.url, {}, limits)).text()).toBe(text);
});

test("an answer without a body is one", async () => {
  const host = await openHost((response) => response.writeHead(204).end());

  expect((await bySdk(host.url)).status).toBe(204);
  expect((await fetchBounded(host.url, {}, limits)).status).toBe(204);
});

test("a redirect is not followed", async () => {
  const host = await openHost((response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end());

  await expect(fetchBounded(host.url, {}, limits)).rejects.toThrow();
  const answer = await bySdk(host.url);
  expect([answer.status, answer.headers.has("location")]).toEqual([302, false]);
});

test("the guard of every client has these limits, and keeps the failure that an SDK hides", async () => {
  const host = await openHost(endless);
  const { fetch, httpClient, call } = createHttpGuard("JSON", limits);
  const request = requestTo(host.url);

  for (const send of [(): Promise<unknown> => fetch(host.url), () => httpClient.sendRequest(request)])
    await expect(call(() => send().catch(() => Promise.reject(new Error("network_error"))))).rejects.toMatchObject({
      code: "AnswerTooLarge",
    });
});
