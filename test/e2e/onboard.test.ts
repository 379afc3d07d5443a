import { afterAll, beforeAll, expect, test } from "vitest";
import { background, jsonLines, openSandbox } from "./xtenant.ts";

let sandbox: Awaited<ReturnType<typeof openSandbox>>;
beforeAll(async () => {
  sandbox = await openSandbox();
});
afterAll(() => sandbox[Symbol.asyncDispose]());

const line = ["onboard", "fabrikam", "--provision", "--grant", "--json"] as const;

/** Runs until this number of steps was printed, then kills it without a chance to clean up. It sends no ping, however late the kill. */
async function killedAfter(steps: number): Promise<void> {
  const run = background(["--config", sandbox.config, ...line, "--round-trip", "0s"]);
  for (let step = 0; step < steps; step += 1) await run.nextLine();
  await run.signal("SIGKILL");
}

test("onboard --grant, killed repeatedly, continues after the last step, up to a ping that the worker answers", async () => {
  for (const steps of [1, 2, 5, 7]) await killedAfter(steps);
  const working = sandbox.x("respond", "fabrikam", "--idle", "30s", "--max", "1", "--exec", "/no/such/program");
  const { exitCode, stdout } = await sandbox.x(...line, "--round-trip", "20s");
  await working;
  const verified = await sandbox.x("verify", "fabrikam", "--drift", "--json");
  const polled = await sandbox.x("poll", "fabrikam", "--peek", "--json");

  expect(exitCode).toBe(0);
  expect(jsonLines(stdout)).toMatchObject([
    { type: "tenant", customer: "fabrikam" },
    { type: "service-principal", outcome: "existing" },
    { type: "consented", customer: "fabrikam" },
    { type: "principal", customer: "fabrikam" },
    { type: "assignment", role: "Azure Service Bus Data Sender", outcome: "existing" },
    { type: "assignment", role: "Azure Service Bus Data Receiver" },
    { type: "effective", claim: "Send" },
    { type: "effective", claim: "Listen" },
    { type: "round-trip", outcome: "answered", customer: "fabrikam", queue: "statuses" },
  ]);
  // However often the command ran, it left nothing but the two assignments that the config wants.
  expect(jsonLines(verified.stdout)).toMatchObject([{ excess: [], missing: [] }]);
  expect(jsonLines(polled.stdout)).toMatchObject([{ subject: "xtenant.ping", deliveryCount: 1 }]);
}, 60_000);

test("a tenant that does not exist is named before any step runs", async () => {
  const nowhere = ["--tenant", "0a1b2c3d-4b5a-4c7d-8e9f-6f1c2d3e4b5f", "--namespace", "ghost-bus.servicebus.localhost"];
  await sandbox.x("customers", "add", "ghost", ...nowhere);

  expect(await sandbox.x("onboard", "ghost", "--grant", "--json")).toMatchObject({
    exitCode: 4,
    stdout: "",
    stderr: expect.stringContaining("AADSTS90002"),
  });
}, 20_000);
