import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { fetchWithRetry } from "../../../src/lib/azure/fetch-with-retry.ts";

/** A service on loopback that gives these answers, one after the other, and the last one again and again. */
async function openService(...answers: readonly { readonly status: number; readonly retryAfter?: string }[]) {
  const requestedAt: number[] = [];
  const server = createServer((_request, response) => {
    const answer = answers[Math.min(requestedAt.length, answers.length - 1)];
    requestedAt.push(performance.now());
    response.writeHead(answer?.status ?? 500, answer?.retryAfter ? { "retry-after": answer.retryAfter } : {}).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requestedAt, [Symbol.asyncDispose]: async () => void server.close() };
}

const retries = { attempts: 3, isRetried: (status: number) => status === 429, pause: 1, longestPause: 40 };

test("a throttled request is repeated until it is answered", async () => {
  await using service = await openService({ status: 429 }, { status: 200 });

  expect((await fetchWithRetry(service.url, {}, retries)).status).toBe(200);
  expect(service.requestedAt).toHaveLength(2);
});

test("the last attempt's answer is returned, whatever it is", async () => {
  await using service = await openService({ status: 429 });

  expect((await fetchWithRetry(service.url, {}, retries)).status).toBe(429);
  expect(service.requestedAt).toHaveLength(3);
});

test("an answer of another status is not retried", async () => {
  await using service = await openService({ status: 503 }, { status: 200 });

  expect((await fetchWithRetry(service.url, {}, retries)).status).toBe(503);
});

test("the time that the service names is waited for, within the limit", async () => {
  await using service = await openService({ status: 429, retryAfter: "3600" }, { status: 200 });

  await fetchWithRetry(service.url, {}, retries);

  const [first = 0, second = 0] = service.requestedAt;
  expect(second - first).toBeGreaterThan(38);
});
