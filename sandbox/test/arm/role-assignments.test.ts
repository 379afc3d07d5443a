import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { isAllowed, sendMessages } from "../../src/authorization.ts";
import { admit } from "../../src/directory.ts";
import type { ServicePrincipal } from "../../src/model.ts";
import { createTestSandbox, type TestSandbox, tokenFor } from "../test-sandbox.ts";
import { type Arm, armWith, asOwner, asResponder, namespaceScope, roleIds } from "./arm-requests.ts";

const roleDelay = 60_000;
let sandbox: TestSandbox;
let owner: Arm;
let scope: string;
let provider: ServicePrincipal;

beforeEach(async () => {
  sandbox = await createTestSandbox({ roleDelay });
  owner = await asOwner(sandbox);
  scope = namespaceScope(sandbox);
  provider = admit(sandbox.environment, sandbox.acme.tenant, sandbox.seeded.provider);
});

const assignments = (at = scope) => `${at}/providers/Microsoft.Authorization/roleAssignments`;
const definition = (id: string) => `/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/${id}`;
const wanted = (changes: object = {}) => ({
  properties: {
    roleDefinitionId: definition(roleIds.dataSender),
    principalId: provider.id,
    principalType: "ServicePrincipal",
    ...changes,
  },
});
const assign = (changes: object = {}, at = scope, name: string = randomUUID()) =>
  owner.put(`${assignments(at)}/${name}`, wanted(changes));
const maySend = () =>
  isAllowed(
    sandbox.acme.tenant,
    provider.id,
    `${sandbox.acme.namespace.resourceId}/queues/commands`,
    sendMessages,
    sandbox.environment.now(),
  );

test("a new assignment takes effect after the delay of the sandbox", async () => {
  expect((await assign()).status).toBe(201);

  expect(maySend()).toBe(false);
  sandbox.wait(roleDelay);
  expect(maySend()).toBe(true);
});

test("an assignment is answered, read and deleted in the same form", async () => {
  const name = randomUUID();
  const { body } = await assign({ description: "xtenant" }, scope, name);

  expect(body).toMatchObject({
    id: `${assignments()}/${name}`,
    name,
    type: "Microsoft.Authorization/roleAssignments",
    properties: { scope, principalId: provider.id, principalType: "ServicePrincipal", description: "xtenant" },
  });
  const found = (await owner.get(`${assignments()}/${name}`)).body;
  // Azure/azure-cli, recording test_role_assignment_create_using_principal_type: the first answer names nobody as the maker.
  expect(found.properties).toMatchObject({ createdBy: expect.any(String), updatedBy: body.properties?.updatedBy });
  expect({ ...found, properties: { ...found.properties, createdBy: null } }).toEqual(body);
  expect(await owner.remove(`${assignments()}/${name}`)).toMatchObject({ status: 200, body: found });
  expect((await owner.remove(`${assignments()}/${name}`)).status).toBe(204);
  expect((await owner.get(`${assignments()}/${name}`)).code).toBe("RoleAssignmentNotFound");
});

test("ids compare without case, and doubled slashes count as one", async () => {
  const name = randomUUID();
  await assign({}, `/${scope.toUpperCase()}`, name);

  expect((await owner.get(`${assignments()}/${name.toUpperCase()}`)).body.name).toBe(name);
});

test("RoleAssignmentExists for the same role, principal and scope, under another name", async () => {
  const name = randomUUID();
  await assign({}, scope, name);

  expect(await assign()).toMatchObject({
    ...{ status: 409, code: "RoleAssignmentExists" },
    message: expect.stringMatching(new RegExp(` ${name.replaceAll("-", "")}\\.$`)),
  });
  expect((await assign({}, `${scope}/queues/commands`)).status).toBe(201);
});

// How Bicep deploys a template again (REST reference of roleAssignments/create: 200 for an update).
test("the same assignment under its name is updated", async () => {
  const name = randomUUID();
  const { body } = await assign({ description: "before" }, scope, name);

  const again = await assign({ description: "after" }, scope, name);

  expect(again).toMatchObject({ status: 200, body: { id: body.id, properties: { description: "after" } } });
  expect((await owner.get(`${assignments()}/${name}`)).body.properties).toMatchObject({ description: "after" });
});

test("RoleAssignmentUpdateNotPermitted for a name that means something else", async () => {
  const name = randomUUID();
  await assign({}, scope, name);

  const other = await assign({}, `${scope}/queues/commands`, name);

  expect(other).toMatchObject({ status: 400, code: "RoleAssignmentUpdateNotPermitted" });
});

test.each([
  ["PrincipalNotFound", { principalId: "11111111-1111-4111-8111-111111111111" }],
  ["UnmatchedPrincipalType", { principalType: "User" }],
  ["RoleDefinitionDoesNotExist", { roleDefinitionId: definition("11111111-1111-4111-8111-111111111111") }],
  ["InvalidRoleDefinitionId", { roleDefinitionId: definition("Contributor") }],
  // Azure/azure-cli#2458, pulumi/pulumi-azure-native#779
  ["BadRequestFormat", { roleDefinitionId: roleIds.dataSender }],
  ["InvalidRequestContent", { principalId: 1 }],
])("%s", async (code, changes) => {
  expect(await assign(changes)).toMatchObject({ status: 400, code });
});

test("PrincipalNotFound for a principal of another tenant", async () => {
  const principalId = sandbox.fabrikam.responder.id;

  expect((await assign({ principalId })).code).toBe("PrincipalNotFound");
});

test("InvalidRoleAssignmentId for a name that is no GUID", async () => {
  expect(await assign({}, scope, "sender")).toMatchObject({ status: 400, code: "InvalidRoleAssignmentId" });
});

test("ResourceNotFound and ResourceGroupNotFound for a scope that does not exist", async () => {
  expect(await assign({}, scope.replace("acme-bus", "nothing"))).toMatchObject({
    status: 404,
    code: "ResourceNotFound",
  });
  expect(await assign({}, scope.replace("messaging", "nothing"))).toMatchObject({
    status: 404,
    code: "ResourceGroupNotFound",
  });
});

// Azure/azure-powershell#3771: Resource Manager does not ask the service of a namespace for what is in it
test("a role can be assigned at a queue that is not there", async () => {
  expect((await assign({}, `${scope}/queues/nothing`)).status).toBe(201);
  expect((await assign({}, `${scope.replace("acme-bus", "nothing")}/queues/nothing`)).code).toBe("ResourceNotFound");
});

test("AuthorizationFailed names who may not do what where", async () => {
  const responder = await asResponder(sandbox);
  const { id } = sandbox.acme.responder;

  const refused = await responder.put(`${assignments()}/${randomUUID()}`, wanted());

  expect(refused).toMatchObject({ status: 403, code: "AuthorizationFailed" });
  expect(refused.message).toMatch(`object id '${id}'`);
  expect(refused.message).toMatch("'Microsoft.Authorization/roleAssignments/write'");
  expect((await responder.get(assignments())).code).toBe("AuthorizationFailed");
  expect((await responder.remove(`${assignments()}/${randomUUID()}`)).code).toBe("AuthorizationFailed");
});

test("a Contributor may read assignments and not make them", async () => {
  const { tenant, responder } = sandbox.acme;
  await assign({ roleDefinitionId: definition(roleIds.contributor), principalId: responder.id });
  sandbox.wait(roleDelay);

  const contributor = await asResponder(sandbox);

  expect((await contributor.get(assignments())).status).toBe(200);
  expect((await contributor.put(`${assignments()}/${randomUUID()}`, wanted())).code).toBe("AuthorizationFailed");
  expect(tenant.roleAssignments.values().some(({ principalId }) => principalId === provider.id)).toBe(false);
});

test("a list holds what is at, above and below its scope; filters narrow it", async () => {
  const queue = `${scope}/queues/commands`;
  const sender = randomUUID();
  await assign({}, queue, sender);
  const scopes = async (filter?: string) => {
    const query = filter === undefined ? "" : `?$filter=${encodeURIComponent(filter)}`;
    return (await owner.get(`${assignments()}${query}`)).body.value.map(({ name }) => name);
  };
  const seeded = [...sandbox.acme.tenant.roleAssignments.keys()];

  expect((await scopes()).sort()).toEqual([...seeded].sort());
  expect(await scopes("atScope()")).toHaveLength(2);
  expect(await scopes(`principalId eq '${provider.id}'`)).toEqual([sender]);
  expect(await scopes(`atScope() and assignedTo('${provider.id}')`)).toEqual([]);
  expect((await owner.get(`${assignments()}?$filter=createdOn gt '2020'`)).code).toBe("UnsupportedQuery");
});

test("assignments outlive the service principal that they were for", async () => {
  const name = randomUUID();
  await assign({}, scope, name);
  sandbox.acme.tenant.servicePrincipals.delete(provider.id);

  expect((await owner.get(`${assignments()}/${name}`)).body.properties).toMatchObject({ principalId: provider.id });
});

test("401 for no token, a bad one, one of another tenant; 404 for an unknown subscription", async () => {
  const { subscriptionId } = sandbox.fabrikam;
  const noToken = await sandbox.fetch(`/arm${assignments()}`);

  expect(noToken.status).toBe(401);
  expect((await armWith(sandbox, "x.y.z").get(assignments())).code).toBe("InvalidAuthenticationToken");
  expect(await owner.get(assignments(`/subscriptions/${subscriptionId}`))).toMatchObject({
    status: 401,
    code: "InvalidAuthenticationTokenTenant",
  });
  expect(await owner.get(assignments("/subscriptions/11111111-1111-4111-8111-111111111111"))).toMatchObject({
    status: 404,
    code: "SubscriptionNotFound",
  });
  sandbox.wait(3601_000);
  expect((await owner.get(assignments())).code).toBe("ExpiredAuthenticationToken");
});

test("a condition limits what its holder may assign and remove, and the refusal names it", async () => {
  const { tenant, responder } = sandbox.acme;
  const about = "Microsoft.Authorization/roleAssignments";
  const condition = `@Request[${about}:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${roleIds.dataSender}}`;
  const rbacAdministrator = "f58310d9-a9f6-439a-9e8d-f62e7b41a168";
  const delegated = { roleDefinitionId: definition(rbacAdministrator), principalId: responder.id, condition };
  await assign({ ...delegated, condition: "anything goes" }).then(({ code }) => expect(code).toBe("InvalidCondition"));
  await assign(delegated);
  sandbox.wait(roleDelay);
  const delegate = armWith(sandbox, await tokenFor(sandbox, { tenant, principal: responder }, "arm"));
  const put = (roleId: string) =>
    delegate.put(`${assignments()}/${randomUUID()}`, wanted({ roleDefinitionId: definition(roleId) }));

  expect((await put(roleIds.dataSender)).status).toBe(201);
  expect(await put(roleIds.dataOwner)).toMatchObject({
    status: 403,
    code: "AuthorizationFailed",
    message: expect.stringMatching(/ABAC condition not fulfilled/),
  });
});
