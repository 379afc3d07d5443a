import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { azureCloud } from "../../src/lib/azure/cloud.ts";
import { parseConfig } from "../../src/lib/tenancy/config.ts";
import { customerName } from "../../src/lib/tenancy/customer.ts";
import { findCustomer } from "../../src/lib/tenancy/find-customer.ts";
import { trust } from "../sandbox/sandbox-process.ts";
import { jsonLines, launch, openSandbox } from "./xtenant.ts";

const count = 400;
const ids = Array.from({ length: count }, (_, n) => `s-${n}`);
let sandbox: Awaited<ReturnType<typeof openSandbox>>;
beforeAll(async () => {
  sandbox = await openSandbox();
  await sandbox.x("onboard", "acme", "--provision");
  await sandbox.x("grant", "acme", "--wait");
  await trust(join(sandbox.folder, "ca.pem"));
  const config = parseConfig(JSON.parse(await readFile(sandbox.config, "utf8")), sandbox.config);
  if (!("provider" in config)) throw new Error(JSON.stringify(config));
  const cloud = azureCloud(async () => config, { env: {}, log: { ask: () => {}, info: () => {}, debug: () => {} } });
  await using mailbox = await cloud.responderMailbox(findCustomer(config, customerName("acme")));
  const outbox = await mailbox.outbox();
  for (let from = 0; from < count; from += 100)
    await Promise.all(
      ids.slice(from, from + 100).map((messageId) => outbox.send({ messageId, body: Buffer.alloc(500, "x") })),
    );
}, 60_000);
afterAll(() => sandbox[Symbol.asyncDispose]());

const sorted = (texts: readonly unknown[]) => [...new Set(texts)].sort();
const complete = (text: string) =>
  jsonLines(text.slice(0, text.lastIndexOf("\n") + 1)).map(({ messageId }) => messageId);

test("kill -9 amid poll --output: what is not in the file is in the queue, and the next run with --dedup has each once", async () => {
  const file = join(sandbox.folder, "statuses.ndjson");
  const running = launch(["--config", sandbox.config, "poll", "acme", "--watch", "--output", file, "--json"]);
  const closed = new Promise((resolve) => running.once("close", resolve));
  let told = 0;
  running.stdout.on("data", (chunk) => {
    told += String(chunk).split("\n").length - 1;
    if (told >= 100) running.kill("SIGKILL");
  });
  await closed;

  const written = complete(await readFile(file, "utf8"));
  const waiting = complete((await sandbox.x("poll", "acme", "--peek", "--json")).stdout);
  expect(written.length).toBeLessThan(count);
  expect(sorted([...written, ...waiting])).toEqual(sorted(ids));

  // Locks of the killed run end by themselves; a heartbeat-less tail waits for them.
  const again = await sandbox.x("poll", "acme", "--watch", "--output", file, "--dedup", "--timeout", "5s", "--json");
  const rest = complete((await sandbox.x("poll", "acme", "--peek", "--json")).stdout);
  const final = complete(await readFile(file, "utf8"));
  expect(again.exitCode).toBe(0);
  expect(final.length).toBe(new Set(final).size);
  expect(sorted([...final, ...rest])).toEqual(sorted(ids));
}, 60_000);
