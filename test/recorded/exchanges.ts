import { randomUUID } from "node:crypto";
import { admit, deleteServicePrincipal } from "../../sandbox/src/directory.ts";
import { appToken } from "../../sandbox/src/entra/tokens.ts";
import { findServicePrincipal } from "../../sandbox/src/model.ts";
import { exchangeAudience, workloadSubject } from "../../sandbox/src/seed/provider.ts";
import { namespaceScope, roleIds } from "../../sandbox/test/arm/arm-requests.ts";
import { asAssertion, serviceBusScope } from "../../sandbox/test/entra/token-requests.ts";
import { baseUrl, bearer, json, principalOf, type TestSandbox, tokenFor } from "../../sandbox/test/test-sandbox.ts";
import type { Fact } from "./facts.ts";

/** What Azure answered to a request, in facts that can be compared: texts are not part of it. */
export type RecordedReply = {
  readonly status: number;
  readonly contentType: string;
  /** `error` of Entra and of the identity endpoint, `error.code` of Graph and Resource Manager, `Code` of an Atom error. */
  readonly code?: string;
  /** Entra's number. */
  readonly number?: number;
  /** Paths of the body: `a.b.0` in JSON, names of elements in XML. */
  readonly paths: readonly string[];
  /** Headers that are set. */
  readonly headers?: readonly string[];
};

export type Exchange = Fact & {
  readonly ask: (sandbox: TestSandbox) => Promise<Response>;
  readonly reply: RecordedReply;
};

const entraJson = "application/json; charset=utf-8";
const entraPaths = [
  ...["error", "error_description", "error_codes.0", "timestamp", "trace_id", "correlation_id", "error_uri"],
];
const refusal = (status: number, code: string, number: number): RecordedReply => ({
  status,
  contentType: entraJson,
  code,
  number,
  paths: entraPaths,
});

const tokenOf = (sandbox: TestSandbox, form: Record<string, string>, tenant = sandbox.acme.tenant.id) =>
  sandbox.fetch(`/${tenant}/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: sandbox.seeded.provider.application.appId,
      scope: serviceBusScope,
      ...form,
    }),
  });
const admitted = (sandbox: TestSandbox) => admit(sandbox.environment, sandbox.acme.tenant, sandbox.seeded.provider);
const workload = async (sandbox: TestSandbox, claims: object = {}) =>
  asAssertion(
    await sandbox.environment.keys.sign(
      { iss: `${baseUrl}/oidc`, sub: workloadSubject, aud: exchangeAudience, ...claims },
      600,
    ),
  );

const entra: readonly Exchange[] = [
  {
    id: "E2",
    source: "logs of public workflows, among them those of Azure/login",
    date: "2025-02",
    ask: async (sandbox) => {
      admitted(sandbox);
      sandbox.seeded.provider.application.federatedIdentityCredentials.splice(0);
      return tokenOf(sandbox, await workload(sandbox));
    },
    reply: refusal(401, "invalid_client", 70025),
  },
  {
    id: "E3",
    source: "Azure/login#517 and #515",
    date: "2025-02",
    ask: async (sandbox) => {
      admitted(sandbox);
      return tokenOf(sandbox, await workload(sandbox, { sub: workloadSubject.toUpperCase() }));
    },
    reply: refusal(401, "invalid_client", 7002138),
  },
  {
    id: "E4",
    source: "a probe of the token endpoint",
    date: "2026-05-24",
    ask: (sandbox) => tokenOf(sandbox, { client_secret: "x" }),
    reply: refusal(400, "unauthorized_client", 700016),
  },
  {
    id: "E5",
    source: "Azure/Commercial-Marketplace-SaaS-Accelerator#830, Azure/azure-sdk-for-net#46762",
    date: "2025-06",
    ask: (sandbox) => {
      const { tenant } = sandbox.acme;
      admitted(sandbox);
      const principal = findServicePrincipal(tenant, sandbox.seeded.provider.application.appId);
      if (principal) deleteServicePrincipal(sandbox.environment.model, tenant, principal);
      return tokenOf(sandbox, { client_secret: "x" });
    },
    reply: refusal(401, "invalid_client", 7000229),
  },
  {
    id: "E6",
    source: "reports of wrong client secrets",
    date: "2023-01",
    ask: (sandbox) => {
      admitted(sandbox);
      return tokenOf(sandbox, { client_secret: "the id of a secret" });
    },
    reply: refusal(401, "invalid_client", 7000215),
  },
  {
    id: "E7",
    source: "Azure/azure-sdk-for-js, recording of EnvironmentCredential",
    date: "2023-08-03",
    ask: (sandbox) => sandbox.fetch("/unknown.example/v2.0/.well-known/openid-configuration"),
    reply: {
      ...refusal(400, "invalid_tenant", 90002),
      headers: ["cache-control", "x-ms-request-id", "x-ms-ests-server"],
    },
  },
  {
    id: "E8",
    source: "Azure/azure-sdk-for-js, recording of EnvironmentCredential",
    date: "2023-08-03",
    ask: (sandbox) => sandbox.fetch("/common/discovery/instance?api-version=1.1"),
    reply: { status: 200, contentType: entraJson, paths: ["tenant_discovery_endpoint", "metadata.0.aliases.0"] },
  },
  {
    id: "E9",
    source: "Azure/azure-sdk-for-js, recording of ClientAssertionCredential",
    date: "2022-02-01",
    ask: (sandbox) => {
      admitted(sandbox);
      return tokenOf(sandbox, asAssertion("not.a.token"));
    },
    reply: refusal(400, "invalid_request", 50027),
  },
  {
    id: "E10",
    source: "logs of workflows that run Terraform",
    date: "2026-01",
    ask: async (sandbox) => {
      admitted(sandbox);
      return tokenOf(sandbox, await workload(sandbox, { sub: "another" }));
    },
    reply: refusal(401, "invalid_client", 700213),
  },
];

const machineToken = (sandbox: TestSandbox, parameters: Record<string, string>) => {
  const query = new URLSearchParams({ "api-version": "2018-02-01", resource: exchangeAudience, ...parameters });
  return sandbox.fetchPlain(`/metadata/identity/oauth2/token?${query}`, { headers: { Metadata: "true" } });
};

const machine: readonly Exchange[] = [
  {
    id: "I1",
    source: "reports of virtual machines without the identity",
    date: "2023-01",
    ask: (sandbox) => machineToken(sandbox, { client_id: randomUUID() }),
    reply: { status: 400, contentType: "application/json", code: "invalid_request", paths: ["error_description"] },
  },
  {
    id: "E1",
    source: "gravitational/teleport (RFD 211), AzureAD/microsoft-identity-web#2551",
    date: "2025-10",
    ask: (sandbox) => machineToken(sandbox, { client_id: sandbox.acme.responder.appId }),
    reply: {
      status: 200,
      contentType: "application/json",
      paths: ["access_token", "client_id", "expires_on", "resource", "token_type"],
    },
  },
];

const administratorOfAcme = ({ acme }: TestSandbox) => ({
  tenant: acme.tenant,
  principal: principalOf(acme.tenant, "acme-administrator"),
});
const graph = async (sandbox: TestSandbox, path: string, body: object) =>
  sandbox.fetch(
    `/graph/v1.0${path}`,
    json("POST", await tokenFor(sandbox, administratorOfAcme(sandbox), "graph"), body),
  );
const graphJson = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";
const graphError = ["error.code", "error.message", "error.innerError.date", "error.innerError.request-id"];

const directory: readonly Exchange[] = [
  {
    id: "G1",
    source: "Azure/reliable-web-app-pattern-java#185, KelvinTegelaar/CIPP#1142",
    date: "2023-08",
    ask: async (sandbox) => {
      admitted(sandbox);
      return graph(sandbox, "/servicePrincipals", { appId: sandbox.seeded.provider.application.appId });
    },
    reply: {
      status: 409,
      contentType: "application/json",
      code: "Request_MultipleObjectsWithSameKeyValue",
      paths: graphError,
    },
  },
  {
    id: "G2",
    source: "Azure/ARO-RP#1534, hashicorp/terraform-provider-azuread",
    date: "2019-06",
    ask: (sandbox) => graph(sandbox, "/servicePrincipals", { appId: randomUUID() }),
    reply: {
      status: 400,
      contentType: "application/json",
      code: "Request_BadRequest",
      paths: [...graphError, "error.details.0.code", "error.details.0.target"],
    },
  },
  {
    id: "G4",
    source: "Azure/azure-cli, recording test_app_federated_credential",
    date: "2022-06",
    ask: (sandbox) => graph(sandbox, "/applications", { displayName: "orders" }),
    reply: {
      status: 201,
      contentType: graphJson,
      paths: [
        "id",
        "appId",
        "createdDateTime",
        "displayName",
        "signInAudience",
        "keyCredentials",
        "passwordCredentials",
      ],
      headers: ["request-id", "odata-version", "location"],
    },
  },
];

const assign = async (
  sandbox: TestSandbox,
  { name = randomUUID(), principalId = sandbox.acme.responder.id, ...properties }: Record<string, string> = {},
  query = "?api-version=2022-04-01",
) => {
  const token = await tokenFor(sandbox, administratorOfAcme(sandbox), "arm");
  const scope = namespaceScope(sandbox);
  const roleDefinitionId = `${scope}/providers/Microsoft.Authorization/roleDefinitions/${roleIds.dataSender}`;
  const body = { properties: { roleDefinitionId, principalId, ...properties } };
  return sandbox.fetch(
    `/arm${scope}/providers/Microsoft.Authorization/roleAssignments/${name}${query}`,
    json("PUT", token, body),
  );
};
const armJson = "application/json; charset=utf-8";
const armError = ["error.code", "error.message"];

const resources: readonly Exchange[] = [
  {
    id: "A1",
    source: "Azure/azure-cli, recording test_role_assignment_create_using_principal_type",
    date: "2019-06",
    ask: (sandbox) => assign(sandbox),
    reply: {
      status: 201,
      contentType: armJson,
      paths: ["id", "name", "type", "properties.scope", "properties.principalId", "properties.updatedBy"],
    },
  },
  {
    id: "A3",
    source: "reports of RoleAssignmentExists",
    date: "2024-01",
    ask: async (sandbox) => {
      await assign(sandbox);
      return assign(sandbox);
    },
    reply: { status: 409, contentType: armJson, code: "RoleAssignmentExists", paths: armError },
  },
  {
    id: "A4",
    source: "Azure/avdaccelerator#76, Azure/azure-quickstart-templates#4945",
    date: "2022-04",
    ask: (sandbox) => assign(sandbox, { principalId: randomUUID() }),
    reply: { status: 400, contentType: armJson, code: "PrincipalNotFound", paths: armError },
  },
  {
    id: "A8",
    source: "reports of subscriptions of another tenant",
    date: "2022-01",
    ask: async (sandbox) => {
      const { tenant } = sandbox.fabrikam;
      const principal = principalOf(tenant, "fabrikam-administrator");
      const token = await tokenFor(sandbox, { tenant, principal }, "arm");
      const path = `/arm/subscriptions/${sandbox.acme.subscriptionId}?api-version=2022-12-01`;
      return sandbox.fetch(path, { headers: bearer(token) });
    },
    reply: {
      status: 401,
      contentType: armJson,
      code: "InvalidAuthenticationTokenTenant",
      paths: armError,
      headers: ["www-authenticate"],
    },
  },
  {
    id: "A10",
    source: "requests without the parameter api-version",
    date: "2023-01",
    ask: (sandbox) => assign(sandbox, {}, ""),
    reply: { status: 400, contentType: armJson, code: "MissingApiVersionParameter", paths: armError },
  },
];

const administration = async (sandbox: TestSandbox, path: string, init: RequestInit = {}, isOwner = true) => {
  const { tenant, principal } = administratorOfAcme(sandbox);
  if (isOwner) await assign(sandbox, { principalId: principal.id, roleDefinitionId: ownerOf(sandbox) });
  const token = await appToken(sandbox.environment, tenant, principal, "https://servicebus.azure.net");
  return sandbox.fetch(`https://acme-bus.servicebus.localhost:5671${path}?api-version=2021-05`, {
    ...init,
    headers: { ...bearer(token), ...init.headers },
  });
};
const ownerOf = (sandbox: TestSandbox) =>
  `${namespaceScope(sandbox)}/providers/Microsoft.Authorization/roleDefinitions/${roleIds.dataOwner}`;
const xml = "application/xml; charset=utf-8";
const atom = "application/atom+xml;type=entry;charset=utf-8";

const queues: readonly Exchange[] = [
  {
    id: "S1",
    source: "Azure/azure-sdk-for-python, recording of the administration client",
    date: "2020-09",
    ask: (sandbox) => administration(sandbox, "/nothing", { method: "DELETE" }),
    reply: { status: 404, contentType: xml, code: "404", paths: ["Error", "Code", "Detail"] },
  },
  {
    id: "S3",
    source: "Azure/azure-sdk-for-java, recording getQueueDoesNotExist",
    date: "2023-06",
    ask: (sandbox) => administration(sandbox, "/nothing"),
    reply: {
      status: 200,
      contentType: "application/atom+xml;type=feed;charset=utf-8",
      paths: ["feed", "title", "id", "updated", "subtitle", "generator"],
    },
  },
  {
    id: "S5",
    source: "Azure/azure-sdk-for-java, recording getQueueRuntimeProperties",
    date: "2023-06",
    ask: (sandbox) => administration(sandbox, "/commands"),
    reply: {
      status: 200,
      contentType: atom,
      paths: [
        ...["entry", "QueueDescription", "LockDuration", "MaxSizeInMegabytes", "SizeInBytes", "MessageCount", "Status"],
        ...["published", "author", "IsAnonymousAccessible", "AuthorizationRules", "SupportOrdering", "AccessedAt"],
      ],
      headers: ["etag"],
    },
  },
  {
    id: "S7",
    source: "Azure/azure-sdk-for-go, live tests",
    date: "2022-01",
    ask: (sandbox) => administration(sandbox, "/commands", {}, false),
    reply: { status: 401, contentType: xml, code: "401", paths: ["Error", "Code", "Detail"] },
  },
];

/** Requests as they were recorded, with what Azure answered. */
export const exchanges: readonly Exchange[] = [...entra, ...machine, ...directory, ...resources, ...queues];

/** Where the sandbox answers in another way, and why that may stay. A fact that is not here must be met. */
export const allowedGaps: Readonly<Record<string, { readonly fields: readonly string[]; readonly why: string }>> = {};
