import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { parseCustomerName } from "../../../../src/lib/domain/customer.ts";
import { pollPrinted } from "../../../fakes/poll-printed.ts";
import { withStatuses } from "../../../fakes/statuses.ts";

const acme = parseCustomerName("acme");
const all = <T>(stream: AsyncIterable<T>) => Array.fromAsync(stream);

/** A server that answers each POST with the next of these statuses, and then with the last one. */
async function openServer(...statuses: readonly number[]) {
  const posted: { readonly body: string; readonly signature: string | undefined; readonly type: string | undefined }[] =
    [];
  const server = createServer(async (request, response) => {
    if (request.method === "POST") {
      const { "x-xtenant-signature": signature, "content-type": type } = request.headers;
      posted.push({ body: await text(request), signature: signature as string | undefined, type });
    }
    response.writeHead(statuses[Math.min(posted.length, statuses.length) - 1] ?? 200, {
      location: "http://elsewhere/",
    });
    response.end("words that nobody reads");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { posted, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/statuses`, server };
}

test("each message is posted as JSON and signed, and completed when the server accepts it", async () => {
  const { context, memory, customer } = await withStatuses("acme");
  const { posted, url } = await openServer(204);
  const withSecret = { ...context, terminal: { ...context.terminal, env: { XTENANT_WEBHOOK_SECRET: "key" } } };

  const records = await all(pollPrinted(withSecret, [acme], { idle: 0, toUrl: url }));

  expect(records).toMatchObject(
    Array(3).fill({ type: "delivered", to: "url", outcome: "accepted", details: { status: 204 } }),
  );
  expect(memory.messages(customer("acme"), "statuses")).toEqual([]);
  expect(posted.map(({ body }) => JSON.parse(body))).toMatchObject(
    ["1", "2", "3"].map((body) => ({ type: "message", customer: "acme", messageId: `acme-${body}`, body })),
  );
  for (const { body, signature = "", type } of posted) {
    const [, time, value] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
    expect(value).toBe(createHmac("sha256", "key").update(`${time}.${body}`).digest("hex"));
    expect(type).toBe("application/json");
  }
});

test.each([500, 302])("a message that the server answers with %i stays in the queue", async (status) => {
  const { context, memory, customer } = await withStatuses("acme");
  const { url } = await openServer(200, status, 200);

  const records = await all(pollPrinted(context, [acme], { idle: 0, toUrl: url }));

  expect(records).toMatchObject([
    { outcome: "accepted" },
    { outcome: "refused", details: { status } },
    { outcome: "accepted" },
  ]);
  expect(memory.messages(customer("acme"), "statuses")).toMatchObject([{ messageId: "acme-2", deliveryCount: 2 }]);
});

test("messages share connections: there are fewer than requests", async () => {
  const { context } = await withStatuses("acme");
  const { url, server } = await openServer(200);
  let connections = 0;
  server.on("connection", () => {
    connections += 1;
  });

  await all(pollPrinted(context, [acme], { idle: 0, toUrl: url }));

  // One for the probe, and at most one more.
  expect(connections).toBeLessThanOrEqual(2);
});

test("while watching, messages wait for a server that is away, and are delivered when it is back", async () => {
  const { context, memory, customer, stop } = await withStatuses("acme");
  const { url, server, posted } = await openServer(200);
  const { port } = server.address() as AddressInfo;
  const watching = all(pollPrinted(context, [acme], { watch: true, toUrl: url }));
  await expect.poll(() => posted.length).toBe(3);
  server.close();
  server.closeAllConnections();
  memory.put(customer("acme"), "statuses", { messageId: "late", body: Buffer.from("late") });

  await expect.poll(() => memory.state.open).toBe(0);
  server.listen(port, "127.0.0.1");
  await expect.poll(() => posted.length).toBe(4);
  stop.abort();

  expect(await watching).toContainEqual(expect.objectContaining({ type: "failed", customer: "acme" }));
  expect(memory.messages(customer("acme"), "statuses")).toEqual([]);
});

test("without a server that answers, no message is received", async () => {
  const { context, memory, customer } = await withStatuses("acme");
  const { url, server } = await openServer(200);
  server.close();
  await once(server, "close");

  await expect(all(pollPrinted(context, [acme], { idle: 0, toUrl: url }))).rejects.toMatchObject({
    code: "WebhookUnreachable",
    kind: "unavailable",
  });
  expect(memory.messages(customer("acme"), "statuses").map(({ deliveryCount }) => deliveryCount)).toEqual([1, 1, 1]);
});

test.each([
  ["ftp://localhost/x", /expected an address/],
  ["localhost:3000", /expected an address/],
  ["http://contoso.example/hook", /http is for this machine only/],
  ["http://user:password@localhost/", /must not contain a password/],
  ["https://contoso.example/hook", /needs signatures/],
  ["http://127.0.0.1.contoso.example/", /http is for this machine only/],
])("%s is refused before anything is received", async (toUrl, why) => {
  const { context, memory } = await withStatuses("acme");

  await expect(all(pollPrinted(context, [acme], { idle: 0, toUrl }))).rejects.toMatchObject({
    code: "WebhookInvalid",
    message: expect.stringMatching(why),
  });
  expect(memory.state.open).toBe(0);
});
