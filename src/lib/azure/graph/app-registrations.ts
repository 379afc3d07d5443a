import type { TokenCredential } from "@azure/identity";
import type { Client } from "@microsoft/microsoft-graph-client";
import type { AppReference, AppRegistration, WantedApp } from "../../domain/app-registration.ts";
import { multiTenant, signInPermission } from "../../domain/app-registration.ts";
import type { CloudEndpoints } from "../../domain/cloud-endpoints.ts";
import type { AppRegistrations } from "../../ports/azure-services.ts";
import { callAzure } from "../call-policy.ts";
import type { ErrorContext } from "../error-mapping.ts";
import { createHttpGuard } from "../http/http-guard.ts";
import { appRegistration, type GraphApplication, type GraphFederatedCredential } from "./application-mapping.ts";
import { openDirectory } from "./directory.ts";
import { absentWhenNotFound, graphClient } from "./graph-client.ts";
import { withProviderErrors } from "./provider-failure.ts";

/** App registrations of the administrator's own tenant, through Microsoft Graph v1.0. */
export async function openRegistrations(
  cloud: CloudEndpoints,
  credential: TokenCredential,
  context: ErrorContext,
): Promise<AppRegistrations> {
  const guard = createHttpGuard();
  const graph = await graphClient(cloud, credential, guard);
  const directory = await openDirectory(cloud, credential, context);
  /** The token first: the client would replace a refusal of the credential by its own error. */
  const callGraph = <T>(work: () => Promise<T>) =>
    callAzure(context, async () => {
      await credential.getToken(`${cloud.graphEndpoint}/.default`);
      return guard.call(work);
    }).catch(withProviderErrors);
  const at = ({ objectId }: AppRegistration, rest = "") => graph.api(`/applications/${objectId}${rest}`);
  /** A change replaces the whole list. `key` is null in the list that is sent: a known `keyId` keeps its key. */
  const keysOf = async (app: AppRegistration) => (await rawOf(graph, app, "keyCredentials")).keyCredentials;
  return {
    find: (app) => callGraph(() => find(graph, app)),
    create: (uniqueName, wanted) =>
      callGraph(async () => {
        if (await find(graph, { uniqueName })) return "existing";
        // An upsert: a concurrent call gets the same app (Graph, Upsert application).
        await graph
          .api(`/applications(uniqueName='${uniqueName}')`)
          .header("Prefer", "create-if-missing")
          .patch({ ...wantedBody(wanted.redirectUris, []), displayName: wanted.displayName });
        return "created";
      }),
    update: (app, { redirectUris }) =>
      callGraph(async () => {
        const { requiredResourceAccess = [] } = await rawOf(graph, app, "requiredResourceAccess");
        const permissions = app.permissions.includes(signInPermission) ? undefined : requiredResourceAccess;
        await at(app).patch(wantedBody([...new Set([...app.redirectUris, ...redirectUris])], permissions));
      }),
    provisionServicePrincipal: (clientId) => directory.provisionServicePrincipal(clientId).catch(withProviderErrors),
    trust: (app, { name, issuer, subject, audience }) =>
      callGraph(() => at(app, "/federatedIdentityCredentials").post({ name, issuer, subject, audiences: [audience] })),
    addCertificate: (app, { name, der }) =>
      callGraph(async () => {
        const added = { type: "AsymmetricX509Cert", usage: "Verify", key: der, displayName: name };
        await at(app).patch({ keyCredentials: [...(await keysOf(app)), added] });
      }),
    addSecret: (app, { name, endsAt }) =>
      callGraph(async () => {
        const passwordCredential = { displayName: name, endDateTime: endsAt.toISOString() };
        const answer: unknown = await at(app, "/addPassword").post({ passwordCredential });
        return (answer as { secretText: string }).secretText;
      }),
    removeCredential: (app, { kind, id }) =>
      callGraph(async () => {
        if (kind === "federated")
          await at(app, `/federatedIdentityCredentials/${id}`).delete().catch(absentWhenNotFound);
        else if (kind === "certificate")
          await at(app).patch({ keyCredentials: (await keysOf(app)).filter(({ keyId }) => keyId !== id) });
        else if ((await find(graph, { clientId: app.clientId }))?.credentials.some((one) => one.id === id))
          await at(app, "/removePassword").post({ keyId: id });
      }),
  };
}

/** A property as Graph has it, to be sent with a change. */
async function rawOf<Name extends keyof GraphApplication>(graph: Client, { objectId }: AppRegistration, name: Name) {
  const found: unknown = await graph.api(`/applications/${objectId}`).select(name).get();
  return found as Pick<GraphApplication, Name>;
}

async function find(graph: Client, app: AppReference): Promise<AppRegistration | undefined> {
  const key = "clientId" in app ? `appId='${app.clientId}'` : `uniqueName='${app.uniqueName}'`;
  const found: unknown = await graph.api(`/applications(${key})`).get().catch(absentWhenNotFound);
  if (found === undefined) return undefined;
  const application = found as GraphApplication;
  const trusts: unknown = await graph.api(`/applications/${application.id}/federatedIdentityCredentials`).get();
  return appRegistration(application, (trusts as { value: readonly GraphFederatedCredential[] }).value);
}

/** Without an audience Graph accepts personal accounts, too; only apps that the portal creates are locked by default. */
const wantedBody = (
  redirectUris: WantedApp["redirectUris"],
  permissions: GraphApplication["requiredResourceAccess"],
) => ({
  signInAudience: multiTenant,
  web: { redirectUris },
  servicePrincipalLockConfiguration: { isEnabled: true, allProperties: true },
  ...(permissions === undefined ? {} : { requiredResourceAccess: [...permissions, signInAccess] }),
});

const [resourceAppId, permissionId] = signInPermission.split("/");
const signInAccess = { resourceAppId, resourceAccess: [{ id: permissionId, type: "Scope" }] };
