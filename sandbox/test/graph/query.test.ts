import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { controlOf } from "../faults/control-requests.ts";
import { baseUrl, bearer, createTestSandbox, json, principalOf, type TestSandbox, tokenFor } from "../test-sandbox.ts";

const answer = z.looseObject({
  value: z.array(z.looseObject({ id: z.string(), displayName: z.string().optional() })).default([]),
  "@odata.nextLink": z.string().optional(),
  "@odata.count": z.number().optional(),
  error: z.object({ code: z.string() }).optional(),
});

let sandbox: TestSandbox;
let token: string;
beforeEach(async () => {
  sandbox = await createTestSandbox();
  const { tenant } = sandbox.seeded.provider;
  const principal = principalOf(tenant, "contoso-administrator");
  token = await tokenFor(sandbox, { tenant, principal }, "graph");
  for (const displayName of ["alpha", "beta", "Beta's other", "gamma and delta"])
    await sandbox.fetch("/graph/v1.0/applications", json("POST", token, { displayName }));
});

const get = async (path: string, headers: Record<string, string> = {}) =>
  answer.parse(await (await sandbox.fetch(path, { headers: { ...bearer(token), ...headers } })).json());
const apps = (query: string, headers?: Record<string, string>) => get(`/graph/v1.0/applications?${query}`, headers);
const filtered = (filter: string) => `$filter=${encodeURIComponent(filter)}`;
const eventual = { consistencylevel: "eventual" };
const namesFor = async (filter: string) =>
  (await apps(`${filtered(filter)}&$count=true`, eventual)).value.map(({ displayName }) => displayName);

test("a list comes in pages, each with a link to the next", async () => {
  const whole = await apps("$top=999");
  const seen: unknown[] = [];
  let page = await apps("$top=4&$count=true");
  expect(page["@odata.count"]).toBe(whole.value.length);
  for (;;) {
    seen.push(...page.value);
    const next = page["@odata.nextLink"];
    if (next === undefined) break;
    expect(page.value).toHaveLength(4);
    expect(next.startsWith(`${baseUrl}/graph/v1.0/applications?`)).toBe(true);
    page = await get(next);
  }

  expect(whole.value.length).toBeGreaterThan(4);
  expect(seen).toEqual(whole.value);
});

test("pages are as long as the scenario says, unless the client does", async () => {
  await controlOf(sandbox).play({ pageSize: 2 });

  expect((await apps("$select=id,displayName")).value).toHaveLength(2);
  expect((await apps("$top=3")).value).toHaveLength(3);
});

test.each(["$top=0", "$top=1000", "$top=many", "$skiptoken=made-up"])("%s is refused", async (query) => {
  expect((await apps(query)).error?.code).toMatch(/Request_UnsupportedQuery|Directory_ExpiredPageToken/);
});

test.each([
  ["displayName eq 'BETA'", ["beta"]],
  ["displayName eq 'beta''s other'", ["Beta's other"]],
  ["startswith(displayName,'beta')", ["beta", "Beta's other"]],
  ["displayName in ('alpha', 'beta''s other', 'nobody')", ["alpha", "Beta's other"]],
  ["displayName eq 'gamma and delta' and startswith(displayName, 'gamma')", ["gamma and delta"]],
  ["displayName eq 'alpha' or displayName eq 'beta'", ["alpha", "beta"]],
  ["startswith(displayName,'beta') and displayName ne 'beta'", ["Beta's other"]],
  ["uniqueName eq null and displayName eq 'alpha'", ["alpha"]],
])("the filter %s is understood", async (filter, expected) => {
  expect(await namesFor(filter)).toEqual(expected);
});

test.each(["displayName lt 'x'", "(displayName eq 'x')", "displayName eq 'x' and", "displayName eq 'it's'"])(
  "the filter %s is refused",
  async (filter) => {
    expect((await apps(filtered(filter))).error?.code).toBe("BadRequest");
  },
);

test("a filter with ne needs both ConsistencyLevel and $count, and other filters need neither", async () => {
  const filter = filtered("displayName ne 'alpha' and startswith(displayName,'b')");

  for (const [query, headers] of [[filter], [filter, eventual], [`${filter}&$count=true`]] as const)
    expect((await apps(query, headers)).error?.code).toBe("Request_UnsupportedQuery");
  expect((await apps(`${filter}&$count=true`, eventual)).value).toHaveLength(2);
  expect((await apps(filtered("displayName eq 'a ne b' or displayName eq 'alpha'"))).value).toHaveLength(1);
});

test("a federated credential has a description, which can be changed and taken away", async () => {
  const { appId } = sandbox.seeded.provider.application;
  const path = `/graph/v1.0/applications(appId='${appId}')/federatedIdentityCredentials`;
  const change = (body: unknown) => sandbox.fetch(`${path}(name='pipeline')`, json("PATCH", token, body));
  const shown = async () =>
    z.looseObject({ description: z.string().nullable() }).parse(await get(`${path}(name='pipeline')`));
  const credential = { name: "pipeline", issuer: "https://ci.example", subject: "main", audiences: ["api://x"] };
  await sandbox.fetch(path, json("POST", token, { ...credential, description: "the pipeline" }));

  expect((await shown()).description).toBe("the pipeline");
  await change({ subject: "other" });
  expect((await shown()).description).toBe("the pipeline");
  await change({ description: null });
  expect((await shown()).description).toBeNull();
});
