import { githubIssuer, subjectOf } from "../github/job.ts";
import {
  type Application,
  createTenant,
  type FederatedIdentityCredential,
  type ServicePrincipal,
  type Tenant,
} from "../model.ts";
import {
  addAdministratorApp,
  addApplication,
  addManagedIdentity,
  addSecret,
  addServicePrincipal,
  addUser,
} from "./directory-objects.ts";
import { guid } from "./identifiers.ts";
import { addNamespace, assign, roles } from "./namespace.ts";
import type { SeedInputs } from "./seed.ts";

export type SeededProvider = {
  readonly tenant: Tenant;
  readonly application: Application;
  readonly identity: ServicePrincipal;
  readonly administrator: Application;
};

/** The audience of a token that is to be exchanged for another (Entra, workload identity federation). */
export const exchangeAudience = "api://AzureADTokenExchange";

/** The same in a token that Entra issues: the id of that resource. A federated credential has the address, not the id. */
export const exchangeResourceId = "fb60f99c-7a34-4190-8149-302f77469936";

/** The subject of the workload identity that the app trusts, in the form of a Kubernetes service account. */
export const workloadSubject = "system:serviceaccount:xtenant:provider";

/** Microsoft Graph's delegated permission `openid`: an app must list a permission before an administrator can consent to it. */
const openid = {
  resourceAppId: "00000003-0000-0000-c000-000000000000",
  resourceAccess: [{ id: "37f7f235-527c-4136-accd-4a02d197296e", type: "Scope" }],
};

export function seedProvider(inputs: SeedInputs): SeededProvider {
  const { now } = inputs;
  const tenant = createTenant({ id: guid("tenant contoso"), displayName: "Contoso", domain: "contoso.example" });
  const identity = addManagedIdentity(tenant, "contoso-xtenant-identity", now);
  const application = addProviderApp(tenant, identity, inputs);
  const administrator = addAdministratorApp(tenant, "contoso-administrator", now).application;
  addUser(tenant, "admin", ["Cloud Application Administrator"]);
  addOwnQueue(tenant, application, now);
  return { tenant, application, identity, administrator };
}

/** Contoso's own queue, into which its app may gather statuses, and from which it may read them. */
function addOwnQueue(tenant: Tenant, { appId }: Application, now: Date): void {
  const subscriptionId = guid("subscription contoso");
  const namespace = addNamespace(tenant, { subscriptionId, company: "contoso", queues: ["statuses"], now });
  const principal = [...tenant.servicePrincipals.values()].find((one) => one.appId === appId);
  if (principal === undefined) throw new Error("the provider's app has no service principal");
  const scope = `${namespace.resourceId}/queues/statuses`;
  assign(tenant, { scope, roleId: roles.dataSender, principal, now });
  assign(tenant, { scope, roleId: roles.dataReceiver, principal, now });
}

function addProviderApp(tenant: Tenant, identity: ServicePrincipal, { baseUrl, certificate, now }: SeedInputs) {
  const application = addApplication(tenant, "Contoso xtenant", now, {
    signInAudience: "AzureADMultipleOrgs",
    redirectUris: ["http://localhost/xtenant/consent", "https://entra.microsoft.com", `${baseUrl}/consented`],
    settings: {
      requiredResourceAccess: [openid],
      servicePrincipalLockConfiguration: { isEnabled: true, allProperties: true },
    },
    keyCredentials: [{ keyId: guid("certificate of the provider"), displayName: "sandbox", certificate }],
    federatedIdentityCredentials: [
      trust("managed-identity", `${baseUrl}/${tenant.id}/v2.0`, identity.id),
      trust("workload-identity", `${baseUrl}/oidc`, workloadSubject),
      trust("github-actions", githubIssuer(baseUrl), subjectOf("immutable")),
      trust("github-actions-names", githubIssuer(baseUrl), subjectOf("names")),
    ],
  });
  addSecret(application, now);
  addServicePrincipal(tenant, application);
  return application;
}

const trust = (name: string, issuer: string, subject: string): FederatedIdentityCredential => ({
  id: guid(`federated credential ${name}`),
  name,
  issuer,
  subject,
  audiences: [exchangeAudience],
});
