import { afterAll, describe, expect, test } from "vitest";
import { parseGuid } from "../../src/lib/domain/customer.ts";
import { Failure } from "../../src/lib/errors/failure.ts";
import { ids } from "../fakes/config-document.ts";
import { type Call, httpFacts } from "./facts.ts";
import { openRecordedCloud, type RecordedAnswer, type RecordedCloud, type RecordedRequest } from "./recorded-cloud.ts";

const clientId = parseGuid(ids.app);
const scope = `/subscriptions/${ids.subscription}`;
const principalId = parseGuid(ids.principal);
const registrations = ({ azure, config }: RecordedCloud) => azure.appRegistrations(config);
const assignments = ({ azure, acme }: RecordedCloud) => azure.roleAssignments(acme);

/** How the program makes each call, and the request that gets the recorded answer. */
const calls: Readonly<
  Record<
    Call,
    { readonly path: RegExp; readonly method?: string; readonly make: (cloud: RecordedCloud) => Promise<unknown> }
  >
> = {
  token: { path: /oauth2\/v2\.0\/token/, make: ({ azure, acme }) => azure.signIn(acme) },
  discovery: { path: /well-known/, make: ({ azure, acme }) => azure.confirmTenant(acme) },
  "find-principal": {
    path: /servicePrincipals\(/,
    make: async ({ azure, acme }) => (await azure.directory(acme)).findServicePrincipal(clientId),
  },
  "add-principal": {
    path: /servicePrincipals$/,
    make: async ({ azure, acme }) => (await azure.directory(acme)).provisionServicePrincipal(clientId),
  },
  "find-app": { path: /applications\(/, make: async (cloud) => (await registrations(cloud)).find({ clientId }) },
  "add-secret": {
    path: /addPassword/,
    make: async (cloud) =>
      (await registrations(cloud)).addSecret(appOf(cloud), { name: "one", endsAt: new Date(Date.now() + 1e9) }),
  },
  "list-roles": { path: /roleAssignments/, make: async (cloud) => (await assignments(cloud)).list(scope, principalId) },
  "assign-role": {
    path: /roleAssignments/,
    make: async (cloud) => (await assignments(cloud)).assign({ role: "sender", scope, principalId, name: principalId }),
  },
  "remove-role": {
    path: /roleAssignments/,
    make: async (cloud) =>
      (await assignments(cloud)).remove({
        id: `${scope}/providers/Microsoft.Authorization/roleAssignments/x`,
        scope,
        roleId: "x",
      }),
  },
  count: { path: /commands/, make: ({ azure, acme }) => azure.countMessages(acme, "command") },
  "identity-token": {
    path: /metadata/,
    make: ({ azure, acme }) => azure.tryCredential({ kind: "managed-identity" }, acme.tenantId, "acme"),
  },
};

const appOf = ({ config }: RecordedCloud) => ({
  objectId: principalId,
  clientId: config.provider.clientId,
  displayName: "app",
  audience: "AzureADMultipleOrgs",
  redirectUris: [],
  isLocked: true,
  permissions: [],
  credentials: [],
});

async function fail(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    (value) => new Error(`the call succeeded: ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
}

describe.concurrent("the program's clients, before a recorded answer", () => {
  test.each(httpFacts.filter(({ service }) => service !== "imds"))(
    "$id: $call ends as $expected.code",
    async ({ service, call, answer, expected }) => {
      const { path, make } = calls[call];
      const isMeant = (at: string, request: RecordedRequest) => at === service && path.test(request.path);
      await using cloud = await openRecordedCloud((at, request) => (isMeant(at, request) ? answer : undefined));

      const failure = await fail(make(cloud));

      expect(failure).toBeInstanceOf(Failure);
      expect(failure).toMatchObject(expected);
      expect(cloud.requests.some(({ path: asked }) => path.test(asked))).toBe(true);
    },
  );
});

describe("a machine's identity endpoint", () => {
  const variable = "AZURE_POD_IDENTITY_AUTHORITY_HOST";
  const before = process.env[variable];
  afterAll(() => {
    if (before === undefined) Reflect.deleteProperty(process.env, variable);
    else process.env[variable] = before;
  });

  test("each answer ends as its fact says", { timeout: 60_000 }, async () => {
    let answer: RecordedAnswer = { status: 404 };
    // The identity library keeps the address that it finds first.
    await using cloud = await openRecordedCloud((at) => (at === "imds" ? answer : undefined));
    process.env[variable] = cloud.managedIdentityEndpoint;

    for (const fact of httpFacts.filter(({ service }) => service === "imds")) {
      answer = fact.answer;
      expect([fact.id, await fail(calls["identity-token"].make(cloud))]).toMatchObject([fact.id, fact.expected]);
    }
  });
});

test("the failure for a page names host, status, content type and title", async () => {
  const body = "<html><head><title>Sign in &amp; surf</title></head></html>";
  await using cloud = await openRecordedCloud((at) =>
    at === "graph" ? { status: 200, headers: { "content-type": "text/html" }, body } : undefined,
  );

  const failure = await fail(calls["find-principal"].make(cloud));

  expect(failure).toMatchObject({
    message: expect.stringMatching(
      /^localhost:\d+ answered HTTP 200 with text\/html instead of JSON: 'Sign in &amp; surf'/,
    ),
  });
});

test("an answer that is valid is read as before", async () => {
  await using cloud = await openRecordedCloud(() => undefined);

  expect(await calls["list-roles"].make(cloud)).toEqual([]);
  expect(await calls.token.make(cloud)).toMatchObject({ tenantId: ids.acme, clientId: ids.app });
});
