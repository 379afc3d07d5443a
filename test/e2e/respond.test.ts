import { expect, test } from "vitest";
import { openWorld } from "./codes/world.ts";
import { jsonLines } from "./xtenant.ts";

test("a handler that outlasts the lock still answers; the command comes again, and nothing ends as a bug", async () => {
  await using world = await openWorld();
  const { subscriptionId, resourceGroup } = world.document.customers.acme;
  const queue = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ServiceBus/namespaces/acme-bus/queues/commands`;
  await world.arm("acme", `${queue}?api-version=2021-11-01`, "PUT", { properties: { lockDuration: "PT1S" } });
  await world.run(["onboard", "acme", "--provision"]);
  await world.run(["grant", "acme", "--wait"]);
  await world.run(["send", "acme", "hi", "--message-id", "slow"]);
  // Longer than the lock: what is tested is that it ends meanwhile.
  const handler = ["--exec", process.execPath, "--", "-e", "setTimeout(() => process.stdout.write('late'), 2500)"];

  const slow = await world.run(["respond", "acme", "--max", "1", "--json", ...handler]);
  const again = await world.run(["respond", "acme", "--max", "1", "--json"]);
  const polled = await world.run(["poll", "acme", "--json"]);

  expect({ exitCode: slow.exitCode, responded: jsonLines(slow.stdout) }).toMatchObject({
    exitCode: 0,
    responded: [{ commandId: "slow", outcome: "succeeded", completed: false }],
  });
  expect(slow.stderr).toMatch(/will be delivered again: its lock ended before it was completed/);
  expect(jsonLines(again.stdout)).toMatchObject([{ commandId: "slow", completed: true }]);
  expect(jsonLines(polled.stdout).map(({ messageId }) => messageId)).toEqual(["status-slow", "status-slow"]);
}, 60_000);
