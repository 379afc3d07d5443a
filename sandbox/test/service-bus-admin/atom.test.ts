import { beforeEach, expect, test } from "vitest";
import { appToken } from "../../src/entra/tokens.ts";
import { asOwner, namespaceScope, roleIds } from "../arm/arm-requests.ts";
import { createTestSandbox, principalOf, type TestSandbox } from "../test-sandbox.ts";

/** The administration API without a client, as recorded exchanges have it. */
let sandbox: TestSandbox;
let token: string;

beforeEach(async () => {
  sandbox = await createTestSandbox();
  const { tenant } = sandbox.acme;
  const principal = principalOf(tenant, "acme-administrator");
  const scope = namespaceScope(sandbox);
  const roleDefinitionId = `${scope}/providers/Microsoft.Authorization/roleDefinitions/${roleIds.dataOwner}`;
  const assignment = `${scope}/providers/Microsoft.Authorization/roleAssignments/33333333-3333-4333-8333-333333333333`;
  const owner = await asOwner(sandbox);
  await owner.put(assignment, { properties: { roleDefinitionId, principalId: principal.id } });
  token = await appToken(sandbox.environment, tenant, principal, "https://servicebus.azure.net");
});

const host = "https://acme-bus.servicebus.localhost:5671";
const ask = (path: string, authorization = `Bearer ${token}`, init: RequestInit = {}) =>
  sandbox.fetch(`${host}${path}?api-version=2017-04`, { ...init, headers: { authorization, ...init.headers } });

const describedBy = (settings: string) =>
  `<entry xmlns="http://www.w3.org/2005/Atom"><content type="application/xml"><QueueDescription xmlns="http://schemas.microsoft.com/netservices/2010/10/servicebus/connect">${settings}</QueueDescription></content></entry>`;
const put = (path: string, settings: string, headers: Record<string, string> = {}) =>
  ask(path, undefined, { method: "PUT", body: describedBy(settings), headers });
const textOf = async (answer: Promise<Response>) => (await answer).text();

// The client for Go sends the token alone (azservicebus, per_retry_auth_policy.go).
test("a token without its scheme is taken, other text is not", async () => {
  expect((await ask("/commands", token)).status).toBe(200);
  expect((await ask("/commands", `Basic ${token}`)).status).toBe(401);
  expect((await ask("/commands", "SharedAccessSignature sr=x&sig=y")).status).toBe(401);
});

// Azure/azure-sdk-for-python, recording list_with_negative_credential (2020-06); azure-sdk-for-net#20485.
test("a request without a token, or with one that is none, is refused in the recorded words", async () => {
  expect(await textOf(ask("/commands", ""))).toMatch(/<Code>401<\/Code><Detail>claim is empty\. TrackingId:/);
  expect(await textOf(ask("/commands", "Bearer x"))).toMatch(
    /<Code>401<\/Code><Detail>claim is empty or token is invalid\. TrackingId:/,
  );
});

/** What Service Bus says of a request; each comes with where to read more, and with an id for support. */
const refusal = (subCode: number, reason: string) =>
  new RegExp(
    `<Detail>SubCode=${subCode}\\. ${reason} To know more visit https://aka\\.ms/sbResourceMgrExceptions\\. \\. TrackingId:[\\w-]+, SystemTracker:\\S+, Timestamp:[\\dT:-]+</Detail>`,
  );

// Azure/azure-sdk-for-python, recordings test_mgmt_queue_update_invalid (2021-04) and test_mgmt_queue_delete_negtive (2020-09);
// Azure/azure-sdk-for-java, createQueueExistingName (2023-06).
test("refusals have the recorded texts", async () => {
  const update = { "if-match": "*" };
  const withSession = "<RequiresSession>true</RequiresSession>";

  expect(await textOf(put("/commands", ""))).toMatch(
    refusal(40900, "Conflict\\. You're requesting an operation that isn't allowed in the resource's current state\\."),
  );
  expect(await textOf(put("/missing", "", update))).toMatch(
    refusal(40400, "Not Found\\. The Operation doesn't exist\\."),
  );
  expect(await textOf(put("/commands", withSession, update))).toMatch(
    refusal(40000, "The value for the RequiresSession property of an existing Queue cannot be changed\\."),
  );
  expect(await textOf(put("/big", "<MaxMessageSizeInKilobytes>1024</MaxMessageSizeInKilobytes>"))).toMatch(
    refusal(40000, "Bad Request\\."),
  );
  expect(await textOf(put("/commands", "<LockDuration>P25D</LockDuration>", update))).toMatch(
    /SubCode=40000\. The supplied lock time exceeds the allowed maximum of '5' minutes\. .*&#xD;\nParameter name: LockDuration&#xD;\nActual value was 25\.00:00:00\. TrackingId/,
  );
  expect(await textOf(ask("/missing", undefined, { method: "DELETE" }))).toMatch(
    /<Code>404<\/Code><Detail>No service is hosted at the specified address\. TrackingId:/,
  );
});

// Recording test_mgmt_queue_list_basic (2020-09).
test("an empty list is a list of queues; a missing queue and the root are the public services", async () => {
  sandbox.acme.namespace.queues.clear();
  const anonymous = sandbox.fetch(`${host}/`);

  expect(await textOf(ask("/$resources/queues"))).toContain('<title type="text">Queues</title>');
  for (const answer of [ask("/missing"), anonymous])
    expect(await textOf(answer)).toMatch(
      /<title type="text">Publicly Listed Services<\/title><subtitle type="text">.*<generator>/,
    );
});

test("an entry has its author and times; only a reading has counts; a list points at its entries", async () => {
  const created = await put("/orders", "");
  const [made, read, list] = [
    await created.text(),
    await textOf(ask("/orders")),
    await textOf(ask("/$resources/queues")),
  ];

  expect(created.headers.get("etag")).toMatch(/^6\d{17}$/);
  expect(made).toMatch(/<published>.*<updated>.*<author><name>acme-bus<\/name><\/author>/);
  expect(made).not.toMatch(/CountDetails|AccessedAt/);
  expect(read).toMatch(/<AccessedAt>0001-01-01T00:00:00Z<\/AccessedAt>.*<CountDetails/);
  expect(list).toContain('<link rel="self" href="../orders?api-version=2017-04"/>');
});

test("settings are shown as they were written", async () => {
  const settings = [
    "<ForwardTo>sb://acme-bus.servicebus.localhost/Statuses</ForwardTo>",
    "<UserMetadata>of Orders</UserMetadata>",
    "<AutoDeleteOnIdle>PT10M</AutoDeleteOnIdle>",
    "<EnableBatchedOperations>false</EnableBatchedOperations>",
    "<EnableExpress>true</EnableExpress>",
  ];
  await put("/orders", `${settings.join("")}<EnablePartitioning>true</EnablePartitioning>`);
  const shown = await textOf(ask("/orders"));

  for (const setting of settings) expect(shown).toContain(setting);
  expect(shown).toContain("<EnablePartitioning>true</EnablePartitioning>");
  expect(shown).toContain("<MaxSizeInMegabytes>16384</MaxSizeInMegabytes>");
  expect(sandbox.acme.namespace.queues.get("orders")?.settings.forwardTo).toBe("statuses");
});

test("a description of something else than a queue is refused", async () => {
  const topic = '<entry xmlns="http://www.w3.org/2005/Atom"><content><TopicDescription/></content></entry>';

  expect((await ask("/events", undefined, { method: "PUT", body: topic })).status).toBe(400);
  expect((await ask("/events/subscriptions/all", undefined, { method: "PUT", body: topic })).status).toBe(400);
});
