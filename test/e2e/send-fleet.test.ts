import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeQueues } from "../../sandbox/test/remake-queue.ts";
import { startSandboxProcess } from "../../sandbox/test/sandbox-process.ts";
import type { ConfigDocument } from "../../src/lib/config/config-schema.ts";
import { jsonLines, xtenant } from "./xtenant.ts";

const count = 97;

test("send to 100 customers of which 3 fail: 97 results, 3 errors, exit 3, almost as fast as to one", async () => {
  const sandbox = await startSandboxProcess();
  onTestFinished(sandbox.stop);
  const x = (...args: readonly string[]) => xtenant(["--config", sandbox.configFile, ...args]);
  const document: ConfigDocument = JSON.parse(await readFile(sandbox.configFile, "utf8"));
  const { acme, fabrikam, tailspin } = document.customers ?? {};
  if (!acme || !fabrikam || !tailspin) throw new Error("the sandbox must have three customers");
  await x("onboard", "acme", "--provision");
  await x("grant", "acme", "--role", "data-owner", "--wait");
  await x("onboard", "fabrikam", "--provision");
  const queues = Array.from({ length: count }, (_, index) => `c${index}`);
  await makeQueues(sandbox, "acme", queues);
  const working = queues.map((queue) => [queue, { ...acme, commandQueue: queue, statusQueue: `${queue}-s` }]);
  const customers = {
    ...Object.fromEntries(working),
    "no-consent": tailspin,
    "no-role": fabrikam,
    "no-queue": { ...acme, commandQueue: "none", statusQueue: "none-s" },
  };
  const config = join(sandbox.directory, "fleet.json");
  await writeFile(config, JSON.stringify({ ...document, customers }), { mode: 0o600 });
  const timed = async (...args: readonly string[]) => {
    const start = performance.now();
    const ran = await xtenant(["--config", config, "--json", "send", ...args]);
    return { ...ran, milliseconds: Math.round(performance.now() - start) };
  };

  const one = await timed("c0", "hi");
  const fleet = await timed("--all", "hi");

  expect(one.exitCode).toBe(0);
  const records = jsonLines(fleet.stdout);
  expect(records.filter(({ type }) => type === "sent")).toHaveLength(count);
  const failed = records.filter(({ type }) => type === "failed");
  expect(
    Object.fromEntries(failed.map((record) => [record.customer, (record.error as { kind: string }).kind])),
  ).toEqual({
    "no-consent": "auth",
    "no-role": "forbidden",
    "no-queue": "notFound",
  });
  expect(fleet.exitCode).toBe(3);
  expect(jsonLines(fleet.stderr)).toMatchObject([{ error: { kind: "partial", message: "3 of 100 customers failed" } }]);
  // Only printed: a timed assertion would fail on a busy machine.
  process.stdout.write(`one Customer ${one.milliseconds} ms, 100 Customers ${fleet.milliseconds} ms\n`);
}, 90_000);
