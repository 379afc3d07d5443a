import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createHttpHeaders, createPipelineRequest } from "@azure/core-rest-pipeline";
import { expect, onTestFinished, test } from "vitest";
import { createTlsIdentity } from "../../../../sandbox/src/certificates/tls-identity.ts";
import { fetchWithRetry } from "../../../../src/lib/azure/fetch-with-retry.ts";
import { createHttpGuard } from "../../../../src/lib/azure/http/http-guard.ts";

/** A host whose certificate authority this process does not know, and the requests that it got. */
async function openUntrustedHost() {
  const { privateKey: key, certificate: cert } = await createTlsIdentity();
  const requests: string[] = [];
  const server = createServer({ key, cert }, (request, response) => {
    requests.push(`${request.method} ${request.headers.authorization ?? ""}`);
    response.end("{}");
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return { url: `https://localhost:${(server.address() as AddressInfo).port}/token`, requests };
}

const untrusted = (url: string) => ({
  kind: "unavailable",
  code: "CertificateNotTrusted",
  retryable: false,
  message: expect.stringMatching(
    new RegExp(
      `^${new URL(url).host} shows a certificate that '.+' has issued, which this machine does not trust \\(\\w+\\)$`,
    ),
  ),
});
const headers = { authorization: "Bearer secret" };

test("a certificate that is not trusted is named by its issuer, for each kind of client, and no token is sent", async () => {
  const { url, requests } = await openUntrustedHost();
  const { httpClient, fetch, call } = createHttpGuard();
  const request = createPipelineRequest({ url, headers: createHttpHeaders(headers) });

  await expect(httpClient.sendRequest(request)).rejects.toMatchObject(untrusted(url));
  await expect(fetch(url, { headers })).rejects.toMatchObject(untrusted(url));
  const retries = { attempts: 2, isRetried: () => true, pause: 1, longestPause: 1 };
  await expect(fetchWithRetry(url, { headers }, retries)).rejects.toMatchObject(untrusted(url));
  await expect(
    call(() => fetch(url, { headers }).catch(() => Promise.reject(new Error("network_error")))),
  ).rejects.toMatchObject(untrusted(url));
  expect(requests.join()).not.toContain("secret");
});

test("an error that an SDK puts in the place of its transport's is replaced by that one again", async () => {
  const { fetch, call } = createHttpGuard();
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const { port } = closed.address() as AddressInfo;
  await new Promise((done) => closed.close(done));
  const hidden = call(() =>
    fetch(`https://127.0.0.1:${port}/`).catch(() => Promise.reject(new Error("network_error"))),
  );

  await expect(hidden).rejects.toMatchObject({ message: "fetch failed", cause: { code: "ECONNREFUSED" } });
});

test("an error after a good answer is the client's own", async () => {
  const { call } = createHttpGuard();

  await expect(call(() => Promise.reject(new Error("own")))).rejects.toThrow("own");
});
