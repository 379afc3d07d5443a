import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { azurePipelinesTokenService } from "../../../../src/lib/azure/credentials/azure-pipelines.ts";
import { gitHubTokenService } from "../../../../src/lib/azure/credentials/github-actions.ts";
import { requestPipelineAssertion } from "../../../../src/lib/azure/credentials/pipeline-assertion.ts";

/** A CI service on loopback that answers with this and records the requests. */
async function openService(answer: { readonly status: number; readonly body: string }) {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/token?job=1`, asked, [Symbol.asyncDispose]: async () => void server.close() };
}

test("the request to GitHub has the job's token and the federation audience", async () => {
  await using service = await openService({ status: 200, body: '{"value":"assertion"}' });
  const env = { ACTIONS_ID_TOKEN_REQUEST_URL: service.url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "job" };

  const assertion = await requestPipelineAssertion({
    service: gitHubTokenService,
    query: { audience: "api://x" },
    env,
    loopback: true,
  });

  expect(assertion).toBe("assertion");
  expect(service.asked[0]).toMatchObject({ method: "GET", url: "/token?job=1&audience=api%3A%2F%2Fx" });
  expect(service.asked[0]?.headers.authorization).toBe("Bearer job");
});

test("the request to Azure Pipelines is a POST for the service connection", async () => {
  await using service = await openService({ status: 200, body: '{"oidcToken":"assertion"}' });
  const env = { SYSTEM_OIDCREQUESTURI: service.url, SYSTEM_ACCESSTOKEN: "job" };

  const assertion = await requestPipelineAssertion({
    service: azurePipelinesTokenService,
    query: { serviceConnectionId: "sc" },
    env,
    loopback: true,
  });

  expect(assertion).toBe("assertion");
  expect(service.asked[0]).toMatchObject({ method: "POST", url: "/token?job=1&serviceConnectionId=sc" });
});

test.each([
  { status: 403, body: '{"message":"no"}' },
  { status: 200, body: '{"other":1}' },
  { status: 200, body: "null" },
])("an answer without a token is a refusal that names the service and the remedy: %o", async (answer) => {
  await using service = await openService(answer);
  const env = { ACTIONS_ID_TOKEN_REQUEST_URL: service.url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "canary" };

  const asked = requestPipelineAssertion({ service: gitHubTokenService, query: {}, env, loopback: true });

  await expect(asked).rejects.toMatchObject({
    kind: "auth",
    code: "NoAssertion",
    message: expect.stringMatching(/GitHub Actions gave no token/),
  });
  await expect(asked).rejects.not.toMatchObject({ message: expect.stringMatching(/canary/) });
});

test.each(["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"])(
  "without %s this is no such job",
  async (missing) => {
    const env = {
      ACTIONS_ID_TOKEN_REQUEST_URL: "https://x.actions.githubusercontent.com/",
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "t",
      [missing]: undefined,
    };

    await expect(
      requestPipelineAssertion({ service: gitHubTokenService, query: {}, env, loopback: false }),
    ).rejects.toMatchObject({
      kind: "auth",
      message: expect.stringContaining(missing),
    });
  },
);

const elsewhere = [
  "http://pipelines.actions.githubusercontent.com/",
  "https://actions.githubusercontent.com.evil.example/",
  "https://evilactions.githubusercontent.com/",
  "https://evil.example/?.actions.githubusercontent.com",
  "https://user@evil.example/.actions.githubusercontent.com",
  "http://127.0.0.1:1/",
];

test.each(elsewhere)("on a live cloud the job's token is not sent to %s", async (url) => {
  const env = { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "t" };

  await expect(
    requestPipelineAssertion({ service: gitHubTokenService, query: {}, env, loopback: false }),
  ).rejects.toMatchObject({
    message: expect.stringMatching(/is not an address of GitHub Actions/),
  });
});
