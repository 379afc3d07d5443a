import { beforeEach, expect, test } from "vitest";
import { formatDuration, parseDuration } from "../../src/arm/iso-duration.ts";
import { addManagedIdentity } from "../../src/seed/directory-objects.ts";
import { createTestSandbox, type TestSandbox, tokenFor } from "../test-sandbox.ts";
import { type Arm, armWith, asOwner, asResponder, namespaceScope, roleIds } from "./arm-requests.ts";

const counts = { active: 3, deadLetter: 2, scheduled: 1, transferDeadLetter: 4, sizeBytes: 4096 };
let sandbox: TestSandbox;
let owner: Arm;
let scope: string;

beforeEach(async () => {
  sandbox = await createTestSandbox({ counts });
  owner = await asOwner(sandbox);
  scope = namespaceScope(sandbox);
});

test("a namespace is found by its id, in its group and in its subscription", async () => {
  const [subscription = "", group = ""] = [scope.match(/^\/subscriptions\/[^/]+/)?.[0], scope.split("/providers/")[0]];

  expect((await owner.get(scope)).body).toMatchObject({
    id: scope,
    name: "acme-bus",
    location: "westeurope",
    sku: { tier: "Standard" },
    properties: { serviceBusEndpoint: "https://acme-bus.servicebus.localhost:443/" },
  });
  for (const parent of [subscription, group])
    expect((await owner.get(`${parent}/providers/Microsoft.ServiceBus/namespaces`)).body.value).toMatchObject([
      { id: scope },
    ]);
});

test("the subscriptions listed are those of the tenant in which the caller has a role", async () => {
  const listed = { subscriptionId: sandbox.acme.subscriptionId, tenantId: sandbox.acme.tenant.id, state: "Enabled" };
  const { tenant } = sandbox.acme;
  const stranger = addManagedIdentity(tenant, "stranger", new Date());
  const nobody = armWith(sandbox, await tokenFor(sandbox, { tenant, principal: stranger }, "arm"));

  expect((await owner.get("/subscriptions")).body.value).toMatchObject([listed]);
  expect((await (await asResponder(sandbox)).get("/subscriptions")).body.value).toMatchObject([listed]);
  expect((await nobody.get("/subscriptions")).body.value).toEqual([]);
  expect((await armWith(sandbox, "x").get("/subscriptions")).code).toBe("InvalidAuthenticationToken");
});

test("a queue shows Azure's defaults and what the broker counts", async () => {
  expect((await owner.get(`${scope}/queues/Commands`)).body).toMatchObject({
    id: `${scope}/queues/commands`,
    name: "commands",
    properties: {
      status: "Active",
      lockDuration: "PT1M",
      maxDeliveryCount: 10,
      defaultMessageTimeToLive: "P10675199DT2H48M5.4775807S",
      maxSizeInMegabytes: 1024,
      sizeInBytes: 4096,
      messageCount: 10,
      countDetails: {
        activeMessageCount: 3,
        deadLetterMessageCount: 2,
        scheduledMessageCount: 1,
        transferDeadLetterMessageCount: 4,
      },
    },
  });
});

test("a queue is created, changed in part, listed and deleted", async () => {
  const queue = `${scope}/queues/audit`;
  const created = await owner.put(queue, { properties: { lockDuration: "PT30S", defaultMessageTimeToLive: "P14D" } });
  const changed = await owner.put(queue, { properties: { maxDeliveryCount: 3, status: "SendDisabled" } });

  expect(created.body.properties).toMatchObject({ lockDuration: "PT30S", maxDeliveryCount: 10 });
  expect(changed.body.properties).toMatchObject({
    lockDuration: "PT30S",
    defaultMessageTimeToLive: "P14D",
    maxDeliveryCount: 3,
    status: "SendDisabled",
  });
  expect((await owner.get(`${scope}/queues`)).body.value.map(({ name }) => name)).toEqual([
    "commands",
    "statuses",
    "audit",
  ]);
  expect((await owner.remove(queue)).status).toBe(200);
  expect((await owner.remove(queue)).status).toBe(204);
  expect(await owner.get(queue)).toMatchObject({ status: 404, code: "NotFound" });
});

// The Azure CLI's `queue authorization-rule create` puts one below a queue.
test.each(["commands", "missing"])("a rule below the queue %s is not taken for a queue", async (name) => {
  const below = `${scope}/queues/${name}/authorizationRules/sender`;

  expect(await owner.put(below, { properties: { rights: ["Send"] } })).toMatchObject({
    status: 404,
    code: "InvalidResourceType",
  });
  expect((await owner.get(below)).code).toBe("InvalidResourceType");
  expect((await owner.remove(below)).code).toBe("InvalidResourceType");
  expect((await owner.get(`${scope}/queues`)).body.value.map((queue) => queue.name)).toEqual(["commands", "statuses"]);
});

test("a change keeps the queue that the broker holds messages for", async () => {
  const before = sandbox.acme.namespace.queues.get("commands");

  await owner.put(`${scope}/queues/commands`, { properties: { maxDeliveryCount: 5 } });

  expect(sandbox.acme.namespace.queues.get("commands")).toBe(before);
  expect(before?.settings.maxDeliveryCount).toBe(5);
});

test.each([
  ["BadRequest", { lockDuration: "PT6M" }],
  ["BadRequest", { requiresSession: true }],
  ["BadRequest", { maxMessageSizeInKilobytes: 1024 }],
  ["InvalidRequestContent", { lockDuration: "1 minute" }],
  ["InvalidRequestContent", { maxDeliveryCount: 0 }],
  ["InvalidRequestContent", { status: "Asleep" }],
])("%s for what a queue cannot become", async (code, properties) => {
  expect(await owner.put(`${scope}/queues/commands`, { properties })).toMatchObject({ status: 400, code });
});

test("a data role at a queue lets its holder read that queue and no other, and change none", async () => {
  const responder = await asResponder(sandbox);

  expect((await responder.get(`${scope}/queues/statuses`)).status).toBe(200);
  sandbox.acme.namespace.queues.set("other", {
    name: "other",
    resourceId: "",
    createdAt: new Date(),
    settings: emptySettings(),
  });
  expect((await responder.get(`${scope}/queues/other`)).code).toBe("AuthorizationFailed");
  expect((await responder.put(`${scope}/queues/statuses`, { properties: {} })).code).toBe("AuthorizationFailed");
  expect((await responder.remove(`${scope}/queues/statuses`)).code).toBe("AuthorizationFailed");
  expect((await responder.get(`${scope}/queues`)).code).toBe("AuthorizationFailed");
});

const emptySettings = () => {
  const settings = sandbox.acme.namespace.queues.get("commands")?.settings;
  if (settings === undefined) throw new Error("no queue");
  return settings;
};

// Azure/azure-rest-api-specs#1082 for a queue, Azure/azure-cli#17131 for its namespace
test("404 says which part of an id does not exist", async () => {
  const nowhere = scope.replace("acme-bus", "nothing");

  expect((await owner.get(scope.replace("messaging", "nothing"))).code).toBe("ResourceGroupNotFound");
  expect((await owner.get(nowhere)).code).toBe("ResourceNotFound");
  expect(await owner.get(`${scope}/queues/nothing`)).toMatchObject({
    ...{ status: 404, code: "NotFound" },
    message: "The requested resource nothing does not exist.",
  });
  for (const refused of [
    owner.get(`${nowhere}/queues`),
    owner.get(`${nowhere}/queues/commands`),
    owner.put(`${nowhere}/queues/commands`, { properties: {} }),
    owner.remove(`${nowhere}/queues/commands`),
  ])
    expect(await refused).toMatchObject({ status: 404, code: "ParentResourceNotFound" });
  expect((await owner.get(`${scope}/topics`)).code).toBe("InvalidResourceType");
});

test.each(["my queue", "commands!", "a:b", "a~~b", "x".repeat(261)])(
  "BadRequest for the queue name %j",
  async (name) => {
    const made = await owner.put(`${scope}/queues/${encodeURIComponent(name)}`, { properties: {} });

    expect(made).toMatchObject({
      status: 400,
      code: "BadRequest",
      message: expect.stringMatching(/^SubCode=40000\. /),
    });
  },
);

test.each(["a.b-c_d", "in~orders~new"])("%j is a name of a queue", async (name) => {
  expect((await owner.put(`${scope}/queues/${name}`, { properties: {} })).status).toBe(200);
});

// Azure/azure-service-bus#269, Azure/azure-sdk-for-python#18884
test("BadRequest for the name of a namespace that is invalid or taken", async () => {
  const make = (name: string) =>
    owner.put(scope.replace("acme-bus", name), { location: "westeurope", sku: { name: "Standard" } });

  for (const name of ["short", "1orders", "orders-", "orders-sb", "orders-mgmt", "orders_bus", "x".repeat(51)])
    expect(await make(name)).toMatchObject({
      ...{ status: 400, code: "BadRequest" },
      message: expect.stringMatching(/^The specified service namespace is invalid\. CorrelationId: /),
    });
  expect(await make("fabrikam-bus")).toMatchObject({
    ...{ status: 400, code: "BadRequest" },
    message: expect.stringMatching(/^The specified name is not available\. /),
  });
});

test("a role definition is found by name and by id", async () => {
  const definitions = `${scope}/providers/Microsoft.Authorization/roleDefinitions`;
  const byName = `${definitions}?$filter=${encodeURIComponent("roleName eq 'Azure Service Bus Data Owner'")}`;

  expect((await owner.get(byName)).body.value).toMatchObject([{ name: roleIds.dataOwner }]);
  expect((await owner.get(`${definitions}/${roleIds.dataSender}`)).body.properties).toMatchObject({
    roleName: "Azure Service Bus Data Sender",
    type: "BuiltInRole",
  });
  expect((await owner.get(`${definitions}/11111111-1111-4111-8111-111111111111`)).code).toBe(
    "RoleDefinitionDoesNotExist",
  );
});

// Azure/azure-cli, recording test_sb_queue: years have 365 days, months 30.
test("a duration may have years and months, and is answered in days", async () => {
  const properties = { defaultMessageTimeToLive: "P1Y2M3DT3H11M2S" };

  expect((await owner.put(`${scope}/queues/slow`, { properties })).body.properties).toMatchObject({
    defaultMessageTimeToLive: "P428DT3H11M2S",
  });
});

test("a namespace keeps the location, tags and capacity that it is given, and its queues are where it is", async () => {
  const group = scope.split("/providers/")[0] ?? "";
  const id = `${group}/providers/Microsoft.ServiceBus/namespaces/orders-bus`;
  const tags = { team: "orders" };
  const made = await owner.put(id, { location: "northeurope", tags, sku: { name: "Premium", capacity: 2 } });
  const queue = await owner.put(`${id}/queues/commands`, {
    properties: { autoDeleteOnIdle: "P7D", enableBatchedOperations: false, enableExpress: true },
  });

  // Azure/azure-cli, recordings of servicebus namespace create.
  expect(made.body.properties).toMatchObject({ provisioningState: "Created", status: "Activating" });
  expect((await owner.get(id)).body).toMatchObject({
    ...{ location: "northeurope", tags, sku: { name: "Premium", capacity: 2 } },
    properties: {
      provisioningState: "Succeeded",
      minimumTlsVersion: "1.2",
      publicNetworkAccess: "Enabled",
      premiumMessagingPartitions: 1,
    },
  });
  expect(queue.body).toMatchObject({
    location: "northeurope",
    properties: { autoDeleteOnIdle: "P7D", enableBatchedOperations: false, enableExpress: true },
  });
});

test("a role is described by a sentence", async () => {
  const { body } = await owner.get(`${scope}/providers/Microsoft.Authorization/roleDefinitions`);

  expect(body.value.map(({ properties }) => (properties as { description: string }).description)).toEqual(
    body.value.map(() => expect.stringMatching(/^Lets its holder .+\.$/)),
  );
});

test.each([
  ["PT1M", 60_000],
  ["PT30S", 30_000],
  ["PT0.5S", 500],
  ["P14D", 14 * 86_400_000],
  ["P1DT2H3M4S", 93_784_000],
])("%s is %i milliseconds, both ways", (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
  expect(formatDuration(milliseconds)).toBe(text);
});

test.each(["", "P", "PT", "1M", "PT1M2", "-PT1M", "P1D2M"])("%j is not a duration", (text) => {
  expect(parseDuration(text)).toBeNaN();
});
