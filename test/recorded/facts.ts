import type { Actor, FailureCode, FailureKind } from "../../src/lib/errors/failure.ts";
import { ids } from "../fakes/config-document.ts";
import type { HttpService, RecordedAnswer } from "./recorded-cloud.ts";

/**
 * What Azure was recorded to answer, in facts of our own: statuses, codes, names and the patterns of texts. Each fact has its
 * source and the date of the recording or report. `id` is the same in every suite.
 */
export type Fact = {
  readonly id: string;
  readonly source: string;
  /** Year and month, or more, of the recording or report. */
  readonly date: string;
};

/** What the program makes of an answer. */
export type Expected = {
  readonly kind: FailureKind;
  readonly code: FailureCode;
  readonly actor: Actor;
  readonly retryable: boolean;
};

/** The calls of the program that lead to such an answer. */
export type Call =
  | "token"
  | "discovery"
  | "find-principal"
  | "add-principal"
  | "find-app"
  | "add-secret"
  | "list-roles"
  | "assign-role"
  | "remove-role"
  | "count"
  | "identity-token";

export type HttpFact = Fact & {
  readonly service: HttpService;
  readonly call: Call;
  readonly answer: RecordedAnswer;
  readonly expected: Expected;
};

const entraBody = (error: string, number: number, sentence: string) => ({
  error,
  error_description: `AADSTS${number}: ${sentence} Trace ID: ${ids.principal} Correlation ID: ${ids.subscription} Timestamp: 2026-05-24 10:00:00Z`,
  error_codes: [number],
  timestamp: "2026-05-24 10:00:00Z",
  trace_id: ids.principal,
  correlation_id: ids.subscription,
  error_uri: `https://login.microsoftonline.com/error?code=${number}`,
});
const graphBody = (code: string, message: string) => ({
  error: { code, message, innerError: { "request-id": ids.app } },
});
const armBody = (code: string, message: string) => ({ error: { code, message } });
const atomBody = (code: number, detail: string) => `<Error><Code>${code}</Code><Detail>${detail}</Detail></Error>`;
const xml = { "content-type": "application/xml; charset=utf-8" };
const page = { "content-type": "text/html; charset=utf-8" };

const customers = "customer's administrator";
const providers = "provider's administrator";

const entra = (
  fact: Fact,
  [status, error, number, sentence]: readonly [number, string, number, string],
  expected: Expected,
): HttpFact => ({
  ...fact,
  service: "entra",
  call: "token",
  answer: { status, body: entraBody(error, number, sentence) },
  expected,
});

const federation: Expected = { kind: "auth", code: "AADSTS70025", actor: providers, retryable: false };

/** Refusals of Entra's token endpoint. */
const entraFacts: readonly HttpFact[] = [
  entra(
    { id: "E2", source: "logs of public workflows, among them those of Azure/login", date: "2025-02" },
    [401, "invalid_client", 70025, "The client 'x'(name) has no configured federated identity credentials."],
    federation,
  ),
  entra(
    { id: "E3", source: "Azure/login#517 and #515", date: "2025-02" },
    [401, "invalid_client", 7002138, "No matching federated identity record found: the case of the subject differs."],
    { ...federation, code: "AADSTS7002138" },
  ),
  entra(
    { id: "E4", source: "a probe of the token endpoint", date: "2026-05-24" },
    [400, "unauthorized_client", 700016, "Application with identifier 'x' was not found in the directory."],
    { kind: "auth", code: "AADSTS700016", actor: customers, retryable: true },
  ),
  entra(
    {
      id: "E5",
      source: "Azure/Commercial-Marketplace-SaaS-Accelerator#830, Azure/azure-sdk-for-net#46762",
      date: "2025-06",
    },
    [401, "invalid_client", 7000229, "The client application x is missing service principal in the tenant y."],
    { kind: "auth", code: "AADSTS7000229", actor: customers, retryable: true },
  ),
  entra(
    { id: "E6", source: "reports of wrong client secrets", date: "2023-01" },
    [401, "invalid_client", 7000215, "Invalid client secret provided."],
    { kind: "auth", code: "AADSTS7000215", actor: providers, retryable: false },
  ),
  {
    id: "E7",
    source: "Azure/azure-sdk-for-js, recording of EnvironmentCredential",
    date: "2023-08-03",
    service: "entra",
    call: "discovery",
    answer: { status: 400, body: entraBody("invalid_tenant", 90002, "Tenant 'invalid' not found.") },
    expected: { kind: "auth", code: "AADSTS90002", actor: "operator", retryable: false },
  },
  entra(
    { id: "E9", source: "Azure/azure-sdk-for-js, recording of ClientAssertionCredential", date: "2022-02-01" },
    [400, "invalid_request", 50027, "JWT token is invalid or malformed."],
    { kind: "auth", code: "AADSTS50027", actor: "operator", retryable: false },
  ),
  entra(
    { id: "E10", source: "logs of workflows that run Terraform", date: "2026-01" },
    [401, "invalid_client", 700213, "No matching federated identity record found for presented assertion subject 'x'."],
    { ...federation, code: "AADSTS700213" },
  ),
  entra(
    { id: "E15", source: "reports of managed identities of another tenant", date: "2025-01" },
    [401, "invalid_client", 700236, "Entra ID tokens issued by issuer 'x' may not be used."],
    { ...federation, code: "AADSTS700236" },
  ),
  entra(
    { id: "E15b", source: "reports of an identity that is itself federated", date: "2025-01" },
    [401, "invalid_client", 700231, "The assertion is of an app that uses a federated credential."],
    { ...federation, code: "AADSTS700231" },
  ),
  entra(
    {
      id: "outage-500",
      source: "Microsoft Entra, error codes for token endpoint errors (server_error)",
      date: "2026-01",
    },
    [500, "server_error", 50000, "There was an error issuing a token."],
    { kind: "unavailable", code: "ServiceUnavailable", actor: "Microsoft", retryable: true },
  ),
  entra(
    {
      id: "outage-503",
      source: "Microsoft Entra, error codes for token endpoint errors (temporarily_unavailable)",
      date: "2026-01",
    },
    [503, "temporarily_unavailable", 700016, "Application with identifier 'x' was not found in the directory."],
    { kind: "unavailable", code: "ServiceUnavailable", actor: "Microsoft", retryable: true },
  ),
  entra(
    { id: "outage-429", source: "Microsoft Entra, service limits", date: "2026-01" },
    [429, "invalid_request", 90055, "The tenant has exceeded its limit of requests."],
    { kind: "unavailable", code: "AADSTS90055", actor: "nobody", retryable: true },
  ),
];

const graph = (
  fact: Fact,
  call: Call,
  [status, code, message]: readonly [number, string, string],
  expected: Expected,
): HttpFact => ({
  ...fact,
  service: "graph",
  call,
  answer: { status, body: graphBody(code, message) },
  expected,
});

const graphFacts: readonly HttpFact[] = [
  graph(
    { id: "G2", source: "Azure/ARO-RP#1534, hashicorp/terraform-provider-azuread", date: "2019-06" },
    "add-principal",
    [
      400,
      "Request_BadRequest",
      "The appId 'x' of the service principal does not reference a valid application object.",
    ],
    { kind: "unavailable", code: "Request_BadRequest", actor: "operator", retryable: true },
  ),
  graph(
    { id: "graph-denied", source: "Microsoft Graph, error responses", date: "2026-01" },
    "add-principal",
    [403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."],
    { kind: "forbidden", code: "Authorization_RequestDenied", actor: customers, retryable: false },
  ),
  graph(
    { id: "graph-policy", source: "Microsoft Entra, app management policies", date: "2026-01" },
    "add-secret",
    [403, "CredentialTypeNotAllowedAsPerAppPolicy", "Credential type not allowed as per assigned policy."],
    { kind: "forbidden", code: "CredentialTypeNotAllowedAsPerAppPolicy", actor: providers, retryable: false },
  ),
];

const arm = (
  fact: Fact,
  call: Call,
  [status, code, message]: readonly [number, string, string],
  expected: Expected,
): HttpFact => ({
  ...fact,
  service: "arm",
  call,
  answer: { status, body: armBody(code, message) },
  expected,
});

const armFacts: readonly HttpFact[] = [
  arm(
    { id: "A2", source: "reports of RoleAssignmentUpdateNotPermitted", date: "2023-01" },
    "assign-role",
    [
      400,
      "RoleAssignmentUpdateNotPermitted",
      "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
    ],
    { kind: "conflict", code: "RoleAssignmentUpdateNotPermitted", actor: customers, retryable: false },
  ),
  arm(
    { id: "A4", source: "Azure/avdaccelerator#76, Azure/azure-quickstart-templates#4945", date: "2022-04" },
    "assign-role",
    [400, "PrincipalNotFound", `Principal ${ids.principal.replaceAll("-", "")} does not exist in the directory.`],
    { kind: "unavailable", code: "PrincipalNotFound", actor: "nobody", retryable: true },
  ),
  {
    ...arm(
      { id: "A8", source: "reports of subscriptions of another tenant", date: "2022-01" },
      "list-roles",
      [401, "InvalidAuthenticationTokenTenant", "The access token is from the wrong issuer."],
      { kind: "auth", code: "InvalidAuthenticationTokenTenant", actor: "operator", retryable: false },
    ),
  },
  arm(
    { id: "A9", source: "errors of hashicorp/terraform-provider-azurerm", date: "2024-01" },
    "assign-role",
    [
      403,
      "AuthorizationFailed",
      "The client does not have authorization or an ABAC condition not fulfilled to perform action 'x'.",
    ],
    { kind: "forbidden", code: "ConditionNotFulfilled", actor: customers, retryable: false },
  ),
  arm(
    { id: "arm-locked", source: "Azure Resource Manager, lock resources to prevent changes", date: "2026-01" },
    "remove-role",
    [409, "ScopeLocked", "The scope 'x' cannot perform delete operation because following scope(s) are locked: 'y'."],
    { kind: "conflict", code: "ScopeLocked", actor: customers, retryable: false },
  ),
  arm(
    { id: "arm-disabled", source: "Azure Resource Manager, common deployment errors", date: "2026-01" },
    "assign-role",
    [409, "ReadOnlyDisabledSubscription", "The subscription 'x' is disabled and therefore marked as read only."],
    { kind: "conflict", code: "ReadOnlyDisabledSubscription", actor: customers, retryable: false },
  ),
  arm(
    { id: "arm-policy", source: "Azure Resource Manager, common deployment errors", date: "2026-01" },
    "assign-role",
    [403, "RequestDisallowedByPolicy", "Resource 'x' was disallowed by policy."],
    { kind: "forbidden", code: "RequestDisallowedByPolicy", actor: customers, retryable: false },
  ),
  arm(
    { id: "arm-deny", source: "Azure role-based access control, deny assignments", date: "2026-01" },
    "remove-role",
    [
      403,
      "DenyAssignmentAuthorizationFailed",
      "The client has permission to perform action 'x'; however, the access is denied because of the deny assignment.",
    ],
    { kind: "forbidden", code: "DenyAssignmentAuthorizationFailed", actor: customers, retryable: false },
  ),
];

const atom = (fact: Fact, status: number, body: string | undefined, expected: Expected): HttpFact => ({
  ...fact,
  service: "atom",
  call: "count",
  answer: { status, headers: xml, body },
  expected,
});

const atomFacts: readonly HttpFact[] = [
  atom(
    { id: "S2", source: "Azure/azure-sdk-for-python, recording of the administration client", date: "2020-06" },
    401,
    atomBody(401, "claim is empty. TrackingId:x, SystemTracker:y, Timestamp:z"),
    { kind: "auth", code: "TokenNotAccepted", actor: "operator", retryable: true },
  ),
  atom(
    { id: "S2-token", source: "Azure/azure-sdk-for-net#20485, paolosalvatori/ServiceBusExplorer#707", date: "2022-12" },
    401,
    atomBody(401, "claim is empty or token is invalid. TrackingId:x, SystemTracker:y, Timestamp:z"),
    { kind: "auth", code: "TokenNotAccepted", actor: "operator", retryable: true },
  ),
  atom(
    { id: "S2-empty", source: "Azure/azure-sdk-for-java, recording of the unauthorized client", date: "2023-06-05" },
    401,
    undefined,
    { kind: "auth", code: "AdministrationRefused", actor: customers, retryable: true },
  ),
  atom(
    { id: "S6", source: "reports of namespaces with an IP filter", date: "2022-01" },
    401,
    atomBody(
      401,
      "Ip has been prevented to connect to the endpoint. For more information see: Virtual Network service endpoints",
    ),
    { kind: "forbidden", code: "IpNotAllowed", actor: customers, retryable: false },
  ),
  atom(
    { id: "S7", source: "Azure/azure-sdk-for-go, live tests", date: "2022-01" },
    401,
    atomBody(401, "Manage,EntityRead claims required for this operation."),
    { kind: "forbidden", code: "ManageClaimMissing", actor: customers, retryable: true },
  ),
  atom(
    { id: "Q5-https", source: "Azure/azure-sdk-for-net#6462", date: "2019-05" },
    401,
    atomBody(401, "InvalidIssuer: Token issuer is invalid. TrackingId:x, SystemTracker:NoSystemTracker, Timestamp:z"),
    { kind: "auth", code: "InvalidIssuer", actor: "operator", retryable: false },
  ),
  atom(
    { id: "S1", source: "Azure/azure-sdk-for-python, recording of the administration client", date: "2020-09" },
    404,
    atomBody(404, "No service is hosted at the specified address. TrackingId:x"),
    { kind: "notFound", code: "MessagingEntityNotFound", actor: "operator", retryable: false },
  ),
];

const imdsFacts: readonly HttpFact[] = [
  {
    id: "I1",
    source: "reports of virtual machines without the identity",
    date: "2023-01",
    service: "imds",
    call: "identity-token",
    answer: { status: 400, body: { error: "invalid_request", error_description: "Identity not found" } },
    expected: { kind: "auth", code: "CredentialUnavailableError", actor: "operator", retryable: false },
  },
];

/** The page of a proxy, a gateway or a network that requires a sign-in, in the place of each service. */
const foreignFacts: readonly HttpFact[] = (
  [
    ["entra", "token"],
    ["entra", "discovery"],
    ["graph", "find-principal"],
    ["graph", "add-secret"],
    ["arm", "list-roles"],
    ["atom", "count"],
    ["imds", "identity-token"],
  ] as const
).flatMap(([service, call]) =>
  [200, 403, 502].map(
    (status): HttpFact => ({
      id: `page-${service}-${call}-${status}`,
      source: "RFC 8910, and the error pages of common proxies",
      date: "2020-09",
      service,
      call,
      answer: {
        status,
        headers: page,
        body: "<!DOCTYPE html><html><head><title>Sign in to\n Contoso</title></head></html>",
      },
      expected: { kind: "unavailable", code: "ForeignAnswer", actor: "operator", retryable: true },
    }),
  ),
);

export const httpFacts: readonly HttpFact[] = [
  ...entraFacts,
  ...graphFacts,
  ...armFacts,
  ...atomFacts,
  ...imdsFacts,
  ...foreignFacts,
];
