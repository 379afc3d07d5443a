import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { admit } from "../../src/directory.ts";
import { parseScenarioText } from "../../src/faults/scenario.ts";
import { asOwner, namespaceScope, roleIds } from "../arm/arm-requests.ts";
import { asAssertion, providerSecret, requestAsProvider, signAssertion } from "../entra/token-requests.ts";
import { bearer, createTestSandbox, json, principalOf, type TestSandbox, tokenFor } from "../test-sandbox.ts";
import { controlOf } from "./control-requests.ts";

let sandbox: TestSandbox;
let play: (scenario: unknown) => Promise<Response>;
beforeEach(async () => {
  sandbox = await createTestSandbox();
  play = controlOf(sandbox).play;
});

const ask = () => requestAsProvider(sandbox, "acme.example", { client_secret: providerSecret(sandbox) });
const admitAtAcme = () => admit(sandbox.environment, sandbox.acme.tenant, sandbox.seeded.provider);
const administrator = () => ({
  tenant: sandbox.acme.tenant,
  principal: principalOf(sandbox.acme.tenant, "acme-administrator"),
});
const listApps = async () =>
  sandbox.fetch("/graph/v1.0/applications", { headers: bearer(await tokenFor(sandbox, administrator(), "graph")) });
const definition = (id: string) => `/providers/Microsoft.Authorization/roleDefinitions/${id}`;
const assignment = (principalId: string) => ({
  properties: { roleDefinitionId: definition(roleIds.dataSender), principalId, principalType: "ServicePrincipal" },
});
const assignmentId = (name: string) =>
  `${namespaceScope(sandbox)}/providers/Microsoft.Authorization/roleAssignments/${name}`;
const published = z.object({ keys: z.array(z.looseObject({ kid: z.string() })) });
const [first, second] = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];

test("a throttled service answers 429 with Retry-After in seconds, in its own shape, then answers again", async () => {
  await play({ throttle: [{ endpoint: "graph", retryAfter: "7s", times: 2 }] });
  const answers = [await listApps(), await listApps(), await listApps()];

  expect(answers.map(({ status }) => status)).toEqual([429, 429, 200]);
  expect(answers[0]?.headers.get("retry-after")).toBe("7");
  expect(await answers[0]?.json()).toMatchObject({ error: { code: "TooManyRequests" } });
});

test("a rule is about one endpoint, method and piece of path", async () => {
  await play({ refuse: [{ endpoint: "graph", method: "post", path: "/APPLICATIONS", code: "Request_BadRequest" }] });

  expect((await listApps()).status).toBe(200);
});

test("a rule about AMQP refuses by operation, by host and queue, a number of times", async () => {
  const host = "acme-bus.servicebus.localhost";
  const code = "com.microsoft:timeout";
  await play({
    refuse: [
      { endpoint: "amqp", method: "send", path: "acme-bus.servicebus.localhost/Commands", code, times: 1 },
      { endpoint: "amqp", method: "SETTLE", code: "amqp:internal-error", message: "Not now." },
    ],
  });
  const { refusal } = sandbox.environment.faults;

  expect(refusal("ATTACH", { host, queue: "commands" })).toBeUndefined();
  expect(refusal("SEND", { host, queue: "statuses" })).toBeUndefined();
  expect(refusal("SEND", { host, queue: "commands" })).toMatchObject({
    condition: code,
    description: expect.stringMatching(/allotted/),
  });
  expect(refusal("SEND", { host, queue: "commands" })).toBeUndefined();
  expect(refusal("SETTLE", { host, queue: "commands" })).toEqual({
    condition: "amqp:internal-error",
    description: "Not now.",
  });
  expect((await listApps()).status).toBe(200);
});

test("Graph shows a new principal late, and knows of it all the while", async () => {
  await play({ graphDelay: "10s" });
  const token = await tokenFor(sandbox, administrator(), "graph");
  const { appId } = sandbox.seeded.provider.application;
  const path = "/graph/v1.0/servicePrincipals";
  const create = () => sandbox.fetch(path, json("POST", token, { appId }));
  const find = () => sandbox.fetch(`${path}(appId='${appId}')`, { headers: bearer(token) });
  const list = async () => JSON.stringify(await (await sandbox.fetch(path, { headers: bearer(token) })).json());

  expect((await create()).status).toBe(201);
  expect((await create()).status).toBe(409);
  expect([(await find()).status, (await list()).includes(appId)]).toEqual([404, false]);
  sandbox.wait(10_000);
  expect([(await find()).status, (await list()).includes(appId)]).toEqual([200, true]);
});

test("one of two replicas of Graph does not know a new application for a while", async () => {
  await play({ applicationDelay: "10s" });
  const { tenant } = sandbox.seeded.provider;
  const principal = principalOf(tenant, "contoso-administrator");
  const token = await tokenFor(sandbox, { tenant, principal }, "graph");
  const created = await sandbox.fetch("/graph/v1.0/applications", json("POST", token, { displayName: "new" }));
  const { id, appId } = z.looseObject({ id: z.string(), appId: z.string() }).parse(await created.json());
  const ask = async (path: string, init: RequestInit = { headers: bearer(token) }) =>
    (await sandbox.fetch(`/graph/v1.0/${path}`, init)).status;
  const password = json("POST", token, { passwordCredential: { displayName: "one" } });

  expect([await ask(`applications/${id}`), await ask(`applications/${id}`)]).toEqual([404, 200]);
  expect([
    await ask(`applications/${id}/addPassword`, password),
    await ask(`applications/${id}/addPassword`, password),
  ]).toEqual([404, 200]);
  expect(await ask("servicePrincipals", json("POST", token, { appId }))).toBe(400);
  sandbox.wait(10_000);
  expect([await ask(`applications/${id}`), await ask(`applications/${id}`)]).toEqual([200, 200]);
});

test("the seed decides which requests are hit: the same in every run, others with another seed", async () => {
  const run = async (seed: number) => {
    await play({ seed, throttle: [{ endpoint: "graph", share: 0.5 }] });
    const statuses: number[] = [];
    for (let request = 0; request < 24; request++) statuses.push((await listApps()).status);
    return statuses.join();
  };
  const once = await run(1);

  expect(once).toMatch(/200.*429|429.*200/);
  expect(await run(1)).toBe(once);
  expect(await run(2)).not.toBe(once);
});

test("a refusal has the service's own shape, status and code", async () => {
  await play({
    refuse: [
      { endpoint: "graph", code: "Authorization_RequestDenied" },
      { endpoint: "arm", code: "LinkedAuthorizationFailed" },
      { endpoint: "entra", code: "AADSTS53003" },
    ],
  });
  const owner = await asOwner(sandbox);
  const graph = await listApps();

  expect([graph.status, await graph.json()]).toMatchObject([403, { error: { code: "Authorization_RequestDenied" } }]);
  expect(await owner.get(namespaceScope(sandbox))).toMatchObject({ status: 403, code: "LinkedAuthorizationFailed" });
  expect(await ask()).toMatchObject({ status: 400, code: 53003, error: "interaction_required" });
});

test("Entra's code may be one that the sandbox itself never gives", async () => {
  await play({ refuse: [{ endpoint: "entra", code: "AADSTS90072", status: 401, message: "An external account." }] });

  expect(await ask()).toMatchObject({ status: 401, code: 90072, error_description: /^AADSTS90072: An external/ });
});

test("a consent is unknown to Entra until it has spread", async () => {
  await play({ principalDelay: "30s" });
  admitAtAcme();
  expect((await ask()).code).toBe(700016);
  sandbox.wait(30_000);

  expect((await ask()).status).toBe(200);
});

test("ARM knows a new principal only when it has spread, unless the request says what it is", async () => {
  await play({ principalDelay: "30s" });
  const { id } = admitAtAcme();
  const owner = await asOwner(sandbox);
  const unsaid = { properties: { ...assignment(id).properties, principalType: undefined } };

  expect((await owner.put(assignmentId(first), unsaid)).code).toBe("PrincipalNotFound");
  expect((await owner.put(assignmentId(first), assignment(id))).status).toBe(201);
  sandbox.wait(30_000);
  expect((await owner.put(assignmentId(first), unsaid)).status).toBe(200);
});

test("a removed role is honoured until the removal has spread", async () => {
  await play({ roleRemovalDelay: "60s" });
  const owner = await asOwner(sandbox);
  const { tenant } = sandbox.acme;
  const own = [...tenant.roleAssignments.values()].find(({ roleId }) => roleId.startsWith("8e3af657"));
  await owner.remove(`${own?.scope}/providers/Microsoft.Authorization/roleAssignments/${own?.name}`);

  expect((await owner.get(namespaceScope(sandbox))).status).toBe(200);
  sandbox.wait(60_000);
  expect((await owner.get(namespaceScope(sandbox))).code).toBe("AuthorizationFailed");
});

test("a subscription has a limit of role assignments", async () => {
  const limit = sandbox.acme.tenant.roleAssignments.size + 1;
  await play({ roleAssignmentLimit: limit });
  const owner = await asOwner(sandbox);
  const { id } = admitAtAcme();
  const other = { properties: { ...assignment(id).properties, roleDefinitionId: definition(roleIds.dataOwner) } };

  expect((await owner.put(assignmentId(first), assignment(id))).status).toBe(201);
  expect((await owner.put(assignmentId(second), other)).code).toBe("RoleAssignmentLimitExceeded");
});

test("tokens live as long as the scenario says, and are refused as expired after that", async () => {
  await play({ tokens: { lifetime: "5m" } });
  admitAtAcme();
  const { claims } = await ask();
  const owner = await asOwner(sandbox);
  sandbox.wait(301_000);

  expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(300);
  expect((await owner.get(namespaceScope(sandbox))).code).toBe("ExpiredAuthenticationToken");
});

test("a token that is not valid yet is refused", async () => {
  await play({ tokens: { notBefore: "10m" } });
  const owner = await asOwner(sandbox);

  expect((await owner.get(namespaceScope(sandbox))).code).toBe("InvalidAuthenticationToken");
  sandbox.wait(600_000);
  expect((await owner.get(namespaceScope(sandbox))).status).toBe(200);
});

test("a slow token endpoint answers late, and answers", async () => {
  admitAtAcme();
  await play({ tokens: { delay: "1h" } });
  const token = ask().then(() => "a token");
  const list = listApps().then(() => "the list");
  expect(await Promise.race([token, list])).toBe("the list");
  await play({ tokens: { delay: "5ms" } });

  expect((await ask()).status).toBe(200);
});

test.each(["20m", "-20m"])(
  "an assertion of a machine whose clock differs by %s is outside its time",
  async (clockSkew) => {
    admitAtAcme();
    const assertion = await signAssertion(sandbox, sandbox.acme.tenant.id);
    await play({ clockSkew });

    expect((await requestAsProvider(sandbox, sandbox.acme.tenant.id, asAssertion(assertion))).code).toBe(700024);
  },
);

test("after the keys were rolled older tokens are still taken, and the keys of both are published", async () => {
  const owner = await asOwner(sandbox);
  const keysOf = async () =>
    published.parse(await (await sandbox.fetch("/acme.example/discovery/v2.0/keys")).json()).keys;
  const [before] = await keysOf();
  await controlOf(sandbox).act({ do: "roll-keys" });

  expect((await owner.get(namespaceScope(sandbox))).status).toBe(200);
  expect((await (await asOwner(sandbox)).get(namespaceScope(sandbox))).status).toBe(200);
  expect(await keysOf()).toEqual([expect.not.objectContaining({ kid: before?.kid }), before]);
});

test("tokens of forgotten keys are refused", async () => {
  const owner = await asOwner(sandbox);
  await controlOf(sandbox).act({ do: "roll-keys", forget: true });

  expect((await owner.get(namespaceScope(sandbox))).code).toBe("InvalidAuthenticationToken");
  expect((await (await asOwner(sandbox)).get(namespaceScope(sandbox))).status).toBe(200);
});

test("text that is no JSON is no scenario", () => {
  expect(() => parseScenarioText("{")).toThrow(expect.objectContaining({ code: "BAD_SCENARIO" }));
});

test("a namespace's administration API can be throttled and refused, too", async () => {
  const get = () => sandbox.fetch("https://acme-bus.servicebus.localhost:5671/commands?api-version=2021-05");
  await play({ throttle: [{ endpoint: "atom", times: 1 }], refuse: [{ endpoint: "atom", code: "503", status: 503 }] });
  const [throttled, refused] = [await get(), await get()];

  expect([throttled.status, throttled.headers.get("retry-after")]).toEqual([429, "1"]);
  expect([refused.status, await refused.text()]).toMatchObject([503, /<Error><Code>503<\/Code>/]);
});
