import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareProcess } from "../../bin/prepare-process.ts";
import { createAzureServices } from "../../src/lib/azure/azure-services.ts";
import { parseConfig } from "../../src/lib/config/config.ts";
import { findCustomer } from "../../src/lib/config/select-customers.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { jsonLines, launch, openSandbox, xtenant } from "./xtenant.ts";

const log = { ask: () => {}, info: () => {}, debug: () => {} };

const count = 400;
let sandbox: Awaited<ReturnType<typeof openSandbox>>;
beforeAll(async () => {
  sandbox = await openSandbox();
  await sandbox.x("onboard", "acme", "--provision");
  await sandbox.x("grant", "acme", "--role", "data-owner", "--wait");
}, 60_000);
afterAll(() => sandbox[Symbol.asyncDispose]());

/** Puts statuses into acme's queue like acme's own worker, and returns their ids. */
async function putStatuses(prefix: string): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, (_, n) => `${prefix}-${n}`);
  const config = parseConfig(JSON.parse(await readFile(sandbox.config, "utf8")), sandbox.config);
  if (!("provider" in config)) throw new Error(JSON.stringify(config));
  const azure = createAzureServices(async () => config, {
    env: {},
    log,
    prepareProcess: prepareProcess(process.env, log),
  });
  await using connection = await azure.connectAsResponder(findCustomer(config, parseCustomerName("acme")));
  const sender = await connection.sender();
  for (let from = 0; from < count; from += 100)
    await Promise.all(
      ids.slice(from, from + 100).map((messageId) => sender.send({ messageId, body: Buffer.alloc(500, "x") })),
    );
  return ids;
}

/** A tail into a sink, which is killed after it reported a number of messages. */
async function killedAfter(messages: number, sink: readonly string[]): Promise<void> {
  const running = launch(["--config", sandbox.config, "poll", "acme", "--watch", "--json", ...sink]);
  const closed = once(running, "close");
  let printed = 0;
  running.stdout.on("data", (chunk) => {
    printed += String(chunk).split("\n").length - 1;
    if (printed >= messages) running.kill("SIGKILL");
  });
  await closed;
}

const sorted = (texts: readonly unknown[]) => [...new Set(texts)].sort();
const complete = (text: string) =>
  jsonLines(text.slice(0, text.lastIndexOf("\n") + 1)).map(({ messageId }) => messageId);

test("after kill -9 during poll --to-file, each message is in the file or in the queue, and the next run with --dedup has each once", async () => {
  const ids = await putStatuses("file");
  const file = join(sandbox.folder, "statuses.ndjson");
  await killedAfter(100, ["--to-file", file]);

  const written = complete(await readFile(file, "utf8"));
  const waiting = complete((await sandbox.x("poll", "acme", "--peek", "--json")).stdout);
  expect(written.length).toBeLessThan(count);
  expect(sorted([...written, ...waiting])).toEqual(sorted(ids));

  // Messages that the killed run had locked are redelivered when their locks expire. Until then only peeking shows
  // them.
  const again = await sandbox.x("poll", "acme", "--watch", "--to-file", file, "--dedup", "--timeout", "2s", "--json");
  const rest = complete((await sandbox.x("poll", "acme", "--peek", "--json")).stdout);
  const final = complete(await readFile(file, "utf8"));
  expect(again.exitCode).toBe(0);
  expect(final.length).toBe(new Set(final).size);
  expect(sorted([...final, ...rest])).toEqual(sorted(ids));
}, 60_000);

test("after kill -9 during poll --forward, each message is in the provider's queue or still in acme's queue", async () => {
  const ids = await putStatuses("forward");
  // The provider's own queue, read like a customer's.
  const config = JSON.parse(await readFile(sandbox.config, "utf8"));
  const { tenantId } = config.provider;
  const own = { tenantId, namespace: "contoso-bus.servicebus.localhost", commandQueue: "none" };
  const both = join(sandbox.folder, "both.json");
  await writeFile(both, JSON.stringify({ ...config, customers: { ...config.customers, contoso: own } }));

  await killedAfter(100, ["--forward", "contoso-bus/statuses"]);
  const forwarded = jsonLines((await xtenant(["--config", both, "poll", "contoso", "--peek", "--json"])).stdout);
  const waiting = complete((await sandbox.x("poll", "acme", "--peek", "--json")).stdout);

  const there = forwarded.map(({ properties }) => (properties as Record<string, unknown>)["xtenant-message-id"]);
  expect(there.length).toBeGreaterThanOrEqual(100);
  expect(there.length).toBeLessThan(count);
  expect(sorted([...there, ...waiting].filter((id) => String(id).startsWith("forward-")))).toEqual(sorted(ids));
}, 60_000);
