import type { TokenCredential } from "@azure/identity";
import type { Client } from "@microsoft/microsoft-graph-client";
import type { Directory, ServicePrincipal } from "../cloud.ts";
import type { CloudEndpoints } from "../tenancy/cloud-endpoints.ts";
import { type Guid, guid, tenantId } from "../tenancy/customer.ts";
import { type Place, translating } from "./failure.ts";

/** A tenant's directory through Microsoft Graph v1.0. */
export async function openDirectory(
  cloud: CloudEndpoints,
  credential: TokenCredential,
  place: Place,
): Promise<Directory> {
  const graph = await graphClient(cloud, credential);
  const find = async (clientId: Guid) => {
    // The client would turn a refusal of the credential into an error of its own; the token is remembered for its request.
    await credential.getToken(`${cloud.graphEndpoint}/.default`);
    const found: unknown = await graph
      .api(`/servicePrincipals(appId='${clientId}')`)
      .select(["id", "displayName", "accountEnabled", "appOwnerOrganizationId"])
      .get()
      .catch(absentWhenNotFound);
    return found === undefined ? undefined : servicePrincipal(found as GraphServicePrincipal);
  };
  return {
    findServicePrincipal: (clientId) => translating(place, () => find(clientId)),
    provisionServicePrincipal: (clientId) =>
      translating(place, async () => {
        if (await find(clientId)) return "existing";
        return graph
          .api("/servicePrincipals")
          .post({ appId: clientId })
          .then(() => "created" as const, existingWhenConflict);
      }),
    removeServicePrincipal: (clientId) =>
      translating(place, async () => {
        if ((await find(clientId)) === undefined) return "absent";
        await graph.api(`/servicePrincipals(appId='${clientId}')`).delete();
        return "removed";
      }),
  };
}

/** The client sends its token to Microsoft's own hosts only, unless it is told of a stand-in's (host names without port). */
async function graphClient({ graphEndpoint, standIn }: CloudEndpoints, credential: TokenCredential): Promise<Client> {
  const [sdk, { TokenCredentialAuthenticationProvider }] = await Promise.all([
    import("@microsoft/microsoft-graph-client"),
    import("@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js"),
  ]);
  return sdk.Client.initWithMiddleware({
    baseUrl: `${graphEndpoint}/`,
    defaultVersion: "v1.0",
    authProvider: new TokenCredentialAuthenticationProvider(credential, { scopes: [`${graphEndpoint}/.default`] }),
    ...(standIn === undefined ? {} : { customHosts: new Set([new URL(graphEndpoint).hostname]) }),
  });
}

/** Graph resource type servicePrincipal, the selected fields. */
type GraphServicePrincipal = {
  readonly id: string;
  readonly displayName: string;
  readonly accountEnabled: boolean;
  readonly appOwnerOrganizationId: string;
};

const servicePrincipal = (found: GraphServicePrincipal): ServicePrincipal => ({
  objectId: guid(found.id),
  displayName: found.displayName,
  accountEnabled: found.accountEnabled,
  ownerTenantId: tenantId(found.appOwnerOrganizationId),
});

const statusOf = (error: unknown) => (error as { statusCode?: unknown }).statusCode;

function absentWhenNotFound(error: unknown): undefined {
  if (statusOf(error) !== 404) throw error;
}

/** Somebody else provisioned it between our look and our call (Request_MultipleObjectsWithSameKeyValue). */
function existingWhenConflict(error: unknown): "existing" {
  if (statusOf(error) !== 409) throw error;
  return "existing";
}
