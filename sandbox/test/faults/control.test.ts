import { beforeEach, expect, test } from "vitest";
import { admit } from "../../src/directory.ts";
import { providerSecret, requestAsProvider } from "../entra/token-requests.ts";
import { createTestSandbox, type TestSandbox } from "../test-sandbox.ts";
import { controlOf } from "./control-requests.ts";

let sandbox: TestSandbox;
let control: ReturnType<typeof controlOf>;
beforeEach(async () => {
  sandbox = await createTestSandbox();
  control = controlOf(sandbox);
});

const ask = () => requestAsProvider(sandbox, "acme.example", { client_secret: providerSecret(sandbox) });
const admitAtAcme = () => admit(sandbox.environment, sandbox.acme.tenant, sandbox.seeded.provider);

test("without the key nothing is shown or changed", async () => {
  const stranger = controlOf(sandbox, "another key");

  expect((await stranger.show()).status).toBe(401);
  expect((await stranger.play({ roleDelay: "1h" })).status).toBe(401);
  expect((await stranger.act({ do: "withdraw-consent", tenant: "acme" })).status).toBe(401);
  expect((await sandbox.fetch("/control/scenario")).status).toBe(401);
  expect(sandbox.environment.faults.scenario.roleDelay).toBe(0);
});

test("a scenario replaces the one before, whole", async () => {
  await control.play({ principalDelay: "30s" });
  expect((await control.play({ tokens: { lifetime: "10m" } })).status).toBe(204);

  expect(await (await control.show()).json()).toMatchObject({ principalDelay: 0, tokens: { lifetime: 600_000 } });
});

test("a scenario with a mistake is refused with the place of the mistake, and nothing changes", async () => {
  const refused = await control.play({ clockSkew: "soon", refuse: [{ endpoint: "moon", code: "X" }] });

  expect(refused.status).toBe(400);
  expect(await refused.text()).toMatch(/clockSkew: expected a duration.*refuse\.0\.endpoint/s);
  expect(sandbox.environment.faults.scenario.clockSkew).toBe(0);
  expect((await control.play("no scenario")).status).toBe(400);
});

test("an action on a tenant that is not there is refused", async () => {
  const refused = await control.act({ do: "revoke-roles", tenant: "nobody" });

  expect(refused.status).toBe(400);
  expect(await refused.text()).toMatch(/no tenant 'nobody'/);
  expect((await control.act({ do: "dance" })).status).toBe(400);
});

test("consent withdrawn, a principal disabled and enabled again: Entra says so to the next request", async () => {
  admitAtAcme();
  await control.act({ do: "disable-principals", tenant: "acme" });
  expect((await ask()).code).toBe(7000112);
  await control.act({ do: "enable-principals", tenant: sandbox.acme.tenant.id });
  expect((await ask()).status).toBe(200);
  await control.act({ do: "withdraw-consent", tenant: "acme.example" });
  expect((await ask()).code).toBe(7000229);
});

test("actions of a scenario happen after a number of requests", async () => {
  admitAtAcme();
  await control.play({ events: [{ afterRequests: 2, action: { do: "disable-principals", tenant: "acme" } }] });

  expect([(await ask()).status, (await ask()).status, (await ask()).code]).toEqual([200, 200, 7000112]);
});

test("actions of a scenario happen after a duration", async () => {
  admitAtAcme();
  await control.play({ events: [{ after: "5ms", action: { do: "disable-principals", tenant: "acme" } }] });

  await expect.poll(async () => (await ask()).code).toBe(7000112);
});

test("faults in AMQP reach the broker", async () => {
  const until = sandbox.environment.now().getTime() + 30_000;
  const host = "acme-bus.servicebus.localhost";
  const everywhere = { host: undefined, queue: undefined };
  await control.act({ do: "throttle-bus", namespace: "acme-bus", queue: "commands", for: "30s" });
  await control.act({ do: "stall", namespace: host, for: "30s" });
  await control.act({ do: "drop-links" });
  await control.act({ do: "lose-acknowledgement", times: 2 });

  expect(sandbox.faultCalls).toEqual([
    ["throttle", { host, queue: "commands" }, until],
    ["stall", { host, queue: undefined }, until],
    ["dropLinks", everywhere],
    ["loseAcknowledgement", everywhere, 2],
  ]);
  expect((await control.act({ do: "drop-connections", namespace: "nobody-bus" })).status).toBe(400);
});
