import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, type World } from "./codes/world.ts";
import { jsonLines, launch } from "./xtenant.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await queue("commands", "PUT", { lockDuration: "PT1S" });
  await world.run(["onboard", "acme", "--provision"]);
  await world.run(["grant", "acme", "--role", "data-owner", "--wait"]);
}, 60_000);
afterAll(() => world[Symbol.asyncDispose]());

async function queue(name: string, method: "PUT" | "DELETE", properties?: object): Promise<void> {
  const { subscriptionId, resourceGroup } = world.document.customers.acme;
  const id = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ServiceBus/namespaces/acme-bus/queues/${name}`;
  await world.arm("acme", `${id}?api-version=2021-11-01`, method, properties && { properties });
}

const respondOnce = (...more: readonly string[]) => world.run(["respond", "acme", "--max", "1", "--json", ...more]);
const polled = async () => jsonLines((await world.run(["poll", "acme", "--idle", "200ms", "--json"])).stdout);
/** Longer than the lock. The test checks that the lock expires in the meantime. */
const late = ["--exec", process.execPath, "-e", "setTimeout(() => process.stdout.write('late'), 1500)"];

test("a handler that outlasts the lock still answers; the command is redelivered, and no bug is reported", async () => {
  await world.run(["send", "acme", "hi", "--message-id", "slow"]);

  const slow = await respondOnce(...late);
  const again = await respondOnce();

  expect({ exitCode: slow.exitCode, responded: jsonLines(slow.stdout) }).toMatchObject({
    exitCode: 0,
    responded: [{ commandId: "slow", outcome: "succeeded", completed: false }],
  });
  expect(slow.stderr).toMatch(/will be delivered again: its lock ended before it was completed/);
  expect(jsonLines(again.stdout)).toMatchObject([{ commandId: "slow", attempt: 2, completed: true }]);
  expect((await polled()).map(({ messageId }) => messageId)).toEqual(["status-slow", "status-slow"]);
}, 60_000);

test("a failure is final after the last attempt: a failed status, and the command is dead-lettered", async () => {
  await world.run(["send", "acme", "hi", "--message-id", "bad"]);

  const tried = await respondOnce("--attempts", "2", "--pause", "10ms", "--exec", "/bin/false");

  expect({ ...tried, stdout: jsonLines(tried.stdout) }).toMatchObject({
    exitCode: 0,
    stdout: [
      { type: "returned", commandId: "bad", attempt: 1 },
      { type: "responded", commandId: "bad", attempt: 2, outcome: "failed", completed: true },
    ],
  });
  expect(await polled()).toMatchObject([
    { messageId: "status-bad", properties: { outcome: "failed", detail: "exit code 1", attempt: 2 } },
  ]);
}, 60_000);

test("after kill -9 during a handler the command is redelivered, and a queue with duplicate detection has one status", async () => {
  await queue("statuses", "DELETE");
  await queue("statuses", "PUT", { requiresDuplicateDetection: true });
  await world.run(["send", "acme", "hi", "--message-id", "killed"]);
  const begun = join(world.folder, "begun");
  const handler = ["--exec", "/bin/sh", "-c", ': > "$0"; exec sleep 5 2> /dev/null', begun];
  const running = launch(["--config", join(world.folder, "xtenant.json"), "respond", "acme", ...handler]);
  await expect.poll(() => existsSync(begun), { timeout: 20_000, interval: 20 }).toBe(true);
  running.kill("SIGKILL");
  await once(running, "exit");

  // Its status is sent, and its completion fails as if the process had been killed between the two.
  const second = await respondOnce(...late);
  const third = await respondOnce();

  expect([second, third].flatMap(({ stdout }) => jsonLines(stdout))).toMatchObject([
    { commandId: "killed", attempt: 2, completed: false },
    { commandId: "killed", attempt: 3, completed: true },
  ]);
  expect((await polled()).map(({ messageId, body }) => [messageId, body])).toEqual([["status-killed", "late"]]);
}, 60_000);
