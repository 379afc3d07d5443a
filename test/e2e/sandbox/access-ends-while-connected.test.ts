import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ClientSecretCredential } from "@azure/identity";
import { isServiceBusError, ServiceBusClient } from "@azure/service-bus";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, type World } from "../codes/world.ts";

/** What happens to an active receiver when its access ends. */
let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 60_000);
afterAll(() => world[Symbol.asyncDispose]());

async function connect() {
  const { cloud, provider, customers } = world.document;
  const secret = await readFile(join(world.folder, "secrets/provider"), "utf8");
  const credential = new ClientSecretCredential(customers.acme.tenantId, provider.clientId, secret, {
    authorityHost: cloud.authorityHost,
    disableInstanceDiscovery: true,
  });
  const open = () =>
    new ServiceBusClient("acme-bus.servicebus.localhost", credential, {
      customEndpointAddress: String(cloud.serviceBusEndpoint),
      retryOptions: { maxRetries: 0, retryDelayInMs: 100 },
    });
  const client = open();
  const bodies: unknown[] = [];
  const problems: string[] = [];
  client.createReceiver("statuses").subscribe({
    processMessage: async ({ body }) => void bodies.push(body),
    processError: async ({ error }) => void problems.push(isServiceBusError(error) ? error.code : error.name),
  });
  // With its own client, because a client that has not detected the cut waits indefinitely.
  const send = async (body: string) => {
    const another = open();
    await another
      .createSender("statuses")
      .sendMessages({ body })
      .finally(() => another.close());
  };
  await send("first");
  await expect.poll(() => bodies).toEqual(["first"]);
  return { bodies, problems, send, [Symbol.asyncDispose]: () => client.close() };
}

test.each([
  ["a role is removed", { do: "revoke-roles", tenant: "acme" }],
  ["the service principal is disabled", { do: "disable-principals", tenant: "acme" }],
  ["consent is withdrawn", { do: "withdraw-consent", tenant: "acme" }],
])("when %s, an idle receiver's link ends as unauthorized", async (_what, action) => {
  await world.run(["onboard", "acme", "--provision", "--grant", "--role", "data-owner"]);
  await using connected = await connect();
  await world.act(action);

  await expect.poll(() => connected.problems).toContain("UnauthorizedAccess");
  await world.act({ do: "enable-principals", tenant: "acme" });
});

test("when its token expires and no other is available, an idle receiver's link ends", async () => {
  await world.run(["onboard", "acme", "--provision", "--grant", "--role", "data-owner"]);
  await using connected = await connect();
  await world.play({ clockSkew: "2h", refuse: [{ endpoint: "entra", code: "AADSTS53003", path: "/token" }] });

  await expect.poll(() => connected.problems.length).toBeGreaterThan(0);
  await world.play({});
});

test("when connections are cut, a receiver recovers automatically", async () => {
  await world.run(["onboard", "acme", "--provision", "--grant", "--role", "data-owner"]);
  await using connected = await connect();
  await world.act({ do: "drop-connections", namespace: "acme-bus" });
  await connected.send("second");

  await expect.poll(() => connected.bodies).toContain("second");
});
