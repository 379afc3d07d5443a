import { randomUUID } from "node:crypto";
import { decodeJwt } from "jose";
import { z } from "zod";
import { createClientCertificate } from "../../../sandbox/src/certificates/client-certificate.ts";
import type { FailureCode } from "../../../src/lib/errors/failure.ts";
import type { Document, World } from "./world.ts";

/** How a code occurs: a state of the cloud or the config, and a command line. */
export type Provocation = {
  readonly scenario?: unknown;
  /** Puts the cloud into the state. Returns the changes to the config, if any. */
  readonly prepare?: (world: World) => Promise<((document: Document) => void) | undefined>;
  readonly line: readonly string[];
  readonly restore?: (world: World) => Promise<unknown>;
};

const send = ["send", "acme", "hi"];
const grant = ["grant", "acme", "--role", "least-privilege"];

const providerApp = ({ document }: World) => `/applications(appId='${document.provider.clientId}')`;
const federated = (world: World) => `${providerApp(world)}/federatedIdentityCredentials(name='workload-identity')`;
const workload = (document: Document) => {
  document.provider.credential = { kind: "workload-identity", assertionFile: "secrets/provider.jwt" };
};

/** The workload's credential on the app is for another issuer, subject or audience than its assertion. */
const mismatch = (change: Record<string, unknown>): Provocation => ({
  prepare: async (world) => {
    await world.graph("contoso", federated(world), "PATCH", change);
    return workload;
  },
  line: send,
  restore: (world) =>
    world.graph("contoso", federated(world), "PATCH", {
      issuer: `${world.document.cloud.authorityHost}/oidc`,
      subject: "system:serviceaccount:xtenant:provider",
      audiences: ["api://AzureADTokenExchange"],
    }),
});

const setAudience = (world: World, signInAudience: string) =>
  world.graph("contoso", providerApp(world), "PATCH", { signInAudience });
const singleTenant = { prepare: async (world: World) => void (await setAudience(world, "AzureADMyOrg")) };
const multiTenant = { restore: (world: World) => setAudience(world, "AzureADMultipleOrgs") };

const withSecret = (secretFile: string) => (document: Document) => {
  document.provider.credential = { kind: "secret", secretFile };
};
const withCertificate = (certificateFile: string) => (document: Document) => {
  document.provider.credential = { kind: "certificate", certificateFile };
};
const acmeWith = (change: Record<string, unknown>) => async () => (document: Document) => {
  Object.assign(document.customers.acme, change);
};

const namespaceId = ({ document }: World) =>
  `/subscriptions/${document.customers.acme.subscriptionId}/resourceGroups/messaging/providers/Microsoft.ServiceBus/namespaces/acme-bus`;
const setQueue = (world: World, properties: Record<string, unknown>) =>
  world.arm("acme", `${namespaceId(world)}/queues/commands?api-version=2021-11-01`, "PUT", { properties });

/** The built-in role Owner (Azure built-in roles). */
const ownerRoleId = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
const assignments = z.object({
  value: z.array(z.object({ id: z.string(), properties: z.object({ roleDefinitionId: z.string() }) })),
});
const created = z.looseObject({ id: z.string(), appId: z.string() });

/** An app in fabrikam's tenant that may do nothing, as its administrator. */
async function powerlessAdministrator(world: World) {
  const app = created.parse(await world.graph("fabrikam", "/applications", "POST", { displayName: "Powerless" }));
  await world.graph("fabrikam", "/servicePrincipals", "POST", { appId: app.appId });
  const { secretText } = await world.graph("fabrikam", `/applications/${app.id}/addPassword`, "POST", {});
  const secretFile = await world.file("powerless", String(secretText));
  return (document: Document) => {
    document.customers.fabrikam.administrator = { kind: "secret", clientId: app.appId, secretFile } as {
      clientId: string;
    };
  };
}

/** Takes the role at the subscription from tailspin's administrator, who may still read the directory. No other code needs it. */
async function deposeAdministrator({ document, arm }: World): Promise<undefined> {
  const { subscriptionId } = document.customers.tailspin;
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleAssignments`;
  const { value } = assignments.parse(await arm("tailspin", `${path}?api-version=2022-04-01`, "GET"));
  const owner = value.find(({ properties }) => properties.roleDefinitionId.endsWith(ownerRoleId));
  await arm("tailspin", `${owner?.id}?api-version=2022-04-01`, "DELETE");
}

/** A credential of the app that trusts the responder's identity, which belongs to another tenant. */
async function foreignIdentity(world: World) {
  const { cloud, customers } = world.document;
  const { managedIdentityClientId: id } = z
    .object({ managedIdentityClientId: z.string() })
    .parse(customers.acme.responder);
  const query = `api-version=2018-02-01&resource=api://AzureADTokenExchange&client_id=${id}`;
  const url = `${cloud.managedIdentityEndpoint}/metadata/identity/oauth2/token?${query}`;
  const answer = await fetch(url, { headers: { metadata: "true" } });
  const { access_token } = z.object({ access_token: z.string() }).parse(await answer.json());
  const { iss: issuer, sub: subject } = decodeJwt(access_token);
  const credential = { name: "foreign", issuer, subject, audiences: ["api://AzureADTokenExchange"] };
  await world.graph("contoso", `${providerApp(world)}/federatedIdentityCredentials`, "POST", credential);
  return (document: Document) => {
    document.provider.credential = { kind: "managed-identity", managedIdentityClientId: id };
  };
}

/** Codes that the sandbox returns without a rule, because there is a real fault. */
export const provocations: Readonly<Partial<Record<FailureCode, Provocation>>> = {
  AADSTS700016: { line: ["send", "fabrikam", "hi"] },
  AADSTS7000229: {
    prepare: async (world) => void (await world.act({ do: "withdraw-consent", tenant: "tailspin" })),
    line: ["send", "tailspin", "hi"],
    restore: (world) => world.run(["onboard", "tailspin", "--provision"]),
  },
  AADSTS7000112: {
    prepare: async (world) => void (await world.act({ do: "disable-principals", tenant: "acme" })),
    line: send,
    restore: (world) => world.act({ do: "enable-principals", tenant: "acme" }),
  },
  AADSTS650059: { ...singleTenant, line: send, ...multiTenant },
  AADSTS7000215: { prepare: async (world) => withSecret(await world.file("wrong", "not the secret")), line: send },
  AADSTS7000222: {
    prepare: async (world) => {
      const passwordCredential = { startDateTime: "2020-01-01T00:00:00Z", endDateTime: "2021-01-01T00:00:00Z" };
      const path = `${providerApp(world)}/addPassword`;
      const { secretText } = await world.graph("contoso", path, "POST", { passwordCredential });
      return withSecret(await world.file("expired", String(secretText)));
    },
    line: send,
  },
  AADSTS700027: {
    prepare: async (world) => {
      const { certificate, privateKey } = await createClientCertificate("unknown", new Date(Date.now() + 3_600_000));
      return withCertificate(await world.file("unknown.pem", `${certificate}${privateKey}`));
    },
    line: send,
  },
  AADSTS700024: {
    scenario: { clockSkew: "20m" },
    prepare: async () => withCertificate("secrets/provider.pem"),
    line: send,
  },
  AADSTS700211: mismatch({ issuer: "https://oidc.example" }),
  AADSTS7002138: mismatch({ subject: "system:serviceaccount:XTENANT:provider" }),
  AADSTS700213: mismatch({ subject: "system:serviceaccount:xtenant:another" }),
  AADSTS700212: mismatch({ audiences: ["api://another"] }),
  AADSTS700236: {
    prepare: foreignIdentity,
    line: send,
    restore: (world) =>
      world.graph("contoso", `${providerApp(world)}/federatedIdentityCredentials(name='foreign')`, "DELETE"),
  },

  Authorization_RequestDenied: { prepare: powerlessAdministrator, line: ["onboard", "fabrikam", "--provision"] },
  Request_BadRequest: { ...singleTenant, line: ["onboard", "fabrikam", "--provision"], ...multiTenant },
  InvalidAuthenticationToken: {
    scenario: { tokens: { notBefore: "10m" } },
    line: ["onboard", "fabrikam", "--provision"],
  },
  InvalidAuthenticationTokenTenant: {
    prepare: async ({ document }) => acmeWith({ subscriptionId: document.customers.fabrikam.subscriptionId })(),
    line: grant,
  },
  AuthorizationFailed: { prepare: deposeAdministrator, line: ["grant", "tailspin"] },
  RoleAssignmentLimitExceeded: { scenario: { roleAssignmentLimit: 1 }, line: grant },
  SubscriptionNotFound: { prepare: acmeWith({ subscriptionId: randomUUID() }), line: grant },
  ResourceGroupNotFound: { prepare: acmeWith({ resourceGroup: "nowhere" }), line: grant },
  ResourceNotFound: { prepare: acmeWith({ namespace: "nobody-bus.servicebus.localhost" }), line: grant },

  UnauthorizedAccess: { line: ["send", "tailspin", "hi"] },
  InvalidIssuer: {
    prepare: async () => (document) => {
      document.customers.acme.namespace = "fabrikam-bus.servicebus.localhost";
      document.customers.acme.commandQueue = "other";
      Reflect.deleteProperty(document.customers, "fabrikam");
    },
    line: send,
  },
  MessagingEntityNotFound: { prepare: acmeWith({ commandQueue: "nothing" }), line: send },
  MessagingEntityDisabled: {
    prepare: async (world) => void (await setQueue(world, { status: "Disabled" })),
    line: send,
    restore: (world) => setQueue(world, { status: "Active" }),
  },
  MessageNotFound: { line: ["scheduled", "cancel", "acme", "999999"] },
  MessageSizeExceeded: { line: ["send", "acme", "x".repeat(300_000)] },
  QuotaExceeded: {
    scenario: { events: [{ afterRequests: 0, action: { do: "fill-queue", namespace: "acme-bus" } }] },
    line: send,
  },
  IpNotAllowed: {
    prepare: async (world) => void (await world.act({ do: "close-firewall", namespace: "acme-bus" })),
    line: send,
    restore: (world) => world.act({ do: "open-firewall", namespace: "acme-bus" }),
  },
  ServiceBusy: {
    scenario: { events: [{ afterRequests: 0, action: { do: "throttle-bus", namespace: "acme-bus" } }] },
    line: send,
  },
  GeneralError: {
    prepare: async () => (document) => {
      document.cloud.serviceBusEndpoint = "sb://localhost:1";
    },
    line: send,
  },
};
