import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareProcess } from "../../bin/prepare-process.ts";
import { createAzureServices } from "../../src/lib/azure/azure-services.ts";
import { parseConfig } from "../../src/lib/config/config.ts";
import { findCustomer } from "../../src/lib/config/select-customers.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { jsonLines, launch, openSandbox } from "./xtenant.ts";

const log = { ask: () => {}, info: () => {}, debug: () => {} };

const ids = Array.from({ length: 300 }, (_, n) => `status-${n}`);
let sandbox: Awaited<ReturnType<typeof openSandbox>>;
beforeAll(async () => {
  sandbox = await openSandbox();
  await sandbox.x("onboard", "acme", "--provision");
  await sandbox.x("grant", "acme", "--role", "data-owner", "--wait");
  await buryStatuses();
}, 60_000);
afterAll(() => sandbox[Symbol.asyncDispose]());

/** Statuses that acme's worker sent and a reader dead-lettered. */
async function buryStatuses(): Promise<void> {
  const config = parseConfig(JSON.parse(await readFile(sandbox.config, "utf8")), sandbox.config);
  if (!("provider" in config)) throw new Error(JSON.stringify(config));
  const azure = createAzureServices(async () => config, {
    env: {},
    log,
    prepareProcess: prepareProcess(process.env, log),
  });
  const acme = findCustomer(config, parseCustomerName("acme"));
  await using writing = await azure.connectAsResponder(acme);
  await using reading = await azure.connectAsProvider(acme);
  const [sender, receiver] = [await writing.sender(), await reading.receiver()];
  await Promise.all(
    ids.map((messageId) => sender.send({ messageId, body: Buffer.from([0, 255]), properties: { n: 1 } })),
  );
  for (let left = ids.length; left > 0; ) {
    const held = await receiver.receive(100, 1_000);
    await Promise.all(held.map((one) => one.deadLetter("Poison", "nobody can read it")));
    left -= held.length;
  }
}

const idsOf = (text: string) =>
  jsonLines(text.slice(0, text.lastIndexOf("\n") + 1)).flatMap((line) =>
    line.messageId === undefined ? [] : [line.messageId],
  );
const sorted = (texts: readonly unknown[]) => [...new Set(texts)].sort();
const originals = (texts: readonly unknown[]) => texts.map((id) => String(id).replace(/~\d+$/, ""));

test("after kill -9 during resubmit, each message is dead-lettered or in its queue, and its line was in the journal first", async () => {
  const journal = join(sandbox.folder, "journal.ndjson");
  const args = ["dead-letter", "resubmit", "acme", "--yes", "--json", "--journal", journal];
  const running = launch(["--config", sandbox.config, ...args]);
  const closed = once(running, "close");
  running.stdout.once("data", () => running.kill("SIGKILL"));
  await closed;

  const dead = idsOf((await sandbox.x("dead-letter", "show", "acme", "--ndjson")).stdout);
  const alive = idsOf((await sandbox.x("poll", "acme", "--peek", "--json")).stdout);
  const written = idsOf(await readFile(journal, "utf8"));

  expect(alive.length).toBeGreaterThan(0);
  expect(dead.length).toBeGreaterThan(0);
  expect(sorted([...originals(alive), ...dead])).toEqual(sorted(ids));
  const gone = ids.filter((id) => !dead.includes(id));
  expect(gone.filter((id) => !written.includes(id))).toEqual([]);
}, 60_000);

test("list, then purge into a journal, then send restores the purged messages, byte for byte", async () => {
  const listed = await sandbox.x("dead-letter", "list", "acme", "--json");
  const [{ messages, reasons }] = jsonLines(listed.stdout) as [{ messages: number; reasons: unknown }];
  expect(reasons).toMatchObject([{ reason: "Poison", messages }]);
  const before = jsonLines((await sandbox.x("dead-letter", "show", "acme", "--ndjson")).stdout);
  await sandbox.x("poll", "acme", "--json");

  // Messages that the killed run had locked are available when their locks expire.
  const journal = join(sandbox.folder, "purged.ndjson");
  const purged = jsonLines(
    (await sandbox.x("dead-letter", "purge", "acme", "--yes", "--json", "--journal", journal)).stdout,
  );
  const put = await sandbox.x("send", "acme", "--queue", "status", "--ndjson", journal);
  const back = jsonLines((await sandbox.x("poll", "acme", "--peek", "--ndjson")).stdout);

  const gone = purged.filter(({ type }) => type === "purged").map(({ messageId }) => messageId);
  expect(gone.length).toBeGreaterThan(0);
  expect(put).toMatchObject({ exitCode: 0 });
  expect(back.map(({ messageId }) => messageId)).toEqual(gone);
  const content = ({ messageId, body, bodyEncoding, properties }: Record<string, unknown>) => ({
    messageId,
    body,
    bodyEncoding,
    properties,
  });
  expect(back.map(content)).toEqual(before.filter(({ messageId }) => gone.includes(messageId)).map(content));
}, 60_000);
