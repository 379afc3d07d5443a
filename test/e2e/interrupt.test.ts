import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { prepareProcess } from "../../bin/prepare-process.ts";
import { createAzureServices } from "../../src/lib/azure/azure-services.ts";
import { parseConfig } from "../../src/lib/config/config.ts";
import { findCustomer } from "../../src/lib/config/select-customers.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { background, jsonLines, openSandbox } from "./xtenant.ts";

const log = { ask: () => {}, info: () => {}, debug: () => {} };

const statuses = 600;

/** Puts statuses into acme's queue like acme's own worker. */
async function putStatuses(config: string): Promise<void> {
  const parsed = parseConfig(JSON.parse(await readFile(config, "utf8")), config);
  if (!("provider" in parsed)) throw new Error(JSON.stringify(parsed));
  const azure = createAzureServices(async () => parsed, {
    env: {},
    log,
    prepareProcess: prepareProcess(process.env, log),
  });
  await using connection = await azure.connectAsResponder(findCustomer(parsed, parseCustomerName("acme")));
  const sender = await connection.sender();
  const batch = (from: number) => Array.from({ length: 50 }, (_, index) => from + index);
  for (let sent = 0; sent < statuses; sent += 50)
    await Promise.all(batch(sent).map((n) => sender.send({ messageId: `s-${n}`, body: Buffer.alloc(2_000, "x") })));
}

test("poll --watch, interrupted during a burst, prints and completes the messages that it holds, and does not touch the others", async () => {
  await using sandbox = await openSandbox();
  await sandbox.x("onboard", "acme", "--provision");
  await sandbox.x("grant", "acme", "--role", "data-owner", "--wait");
  await putStatuses(sandbox.config);

  const watching = sandbox.tail("poll", "--watch", "--json", "acme");
  const printed = [];
  while (printed.length < 100) printed.push(...jsonLines((await watching.nextLine()) ?? ""));
  const stopped = watching.signal("SIGINT");
  for (let line = await watching.nextLine(); line !== undefined; line = await watching.nextLine())
    printed.push(...jsonLines(line));
  const rest = jsonLines((await sandbox.x("poll", "acme", "--json")).stdout);

  expect(await stopped).toEqual({ exitCode: 130, stderr: "" });
  const all = [...printed, ...rest];
  expect(all).toHaveLength(statuses);
  expect(new Set(all.map(({ messageId }) => messageId)).size).toBe(statuses);
  expect(new Set(all.map(({ deliveryCount }) => deliveryCount))).toEqual(new Set([1]));
}, 60_000);

/**
 * Runs before the program. One second after its start, a promise without a handler rejects with an error of this name.
 */
const rejecting = (name: string) =>
  `--import=data:text/javascript,${encodeURIComponent(`setTimeout(() => Promise.reject(Object.assign(new Error("late"), { name: "${name}" })), 1000)`)}`;

test("an unhandled rejection of the SDK does not end a tail; any other does, as a bug", async () => {
  await using sandbox = await openSandbox();
  const args = ["--config", sandbox.config, "poll", "--watch", "acme", "fabrikam"];

  const surviving = background(args, { env: { NODE_OPTIONS: rejecting("OperationTimeoutError") } });
  const dying = background(args, { env: { NODE_OPTIONS: rejecting("TypeError") } });
  await Promise.all([surviving.nextLine(), surviving.nextLine()]);
  const [exitCode] = await dying.closed;

  expect(exitCode).not.toBe(0);
  expect(await surviving.signal("SIGINT")).toEqual({ exitCode: 130, stderr: "" });
}, 30_000);
