import type { TokenCredential } from "@azure/identity";
import type { CloudEndpoints } from "../../domain/cloud-endpoints.ts";
import { type Guid, parseGuid, parseTenantId } from "../../domain/customer.ts";
import type { Directory, ServicePrincipal } from "../../ports/azure-services.ts";
import { callAzure } from "../call-policy.ts";
import type { ErrorContext } from "../error-mapping.ts";
import { answerLimits } from "../http/bounded-answer.ts";
import { readAnswer } from "../http/foreign-answer.ts";
import { createHttpGuard } from "../http/http-guard.ts";
import { absentWhenNotFound, existingWhenConflict, graphClient } from "./graph-client.ts";

/** A tenant's directory through Microsoft Graph v1.0. */
export async function openDirectory(
  cloud: CloudEndpoints,
  credential: TokenCredential,
  context: ErrorContext,
  limits = answerLimits,
): Promise<Directory> {
  const guard = createHttpGuard("JSON", limits);
  const graph = await graphClient(cloud, credential, guard);
  const callGraph = <T>(call: () => Promise<T>) => callAzure(context, () => guard.call(call));
  const find = async (clientId: Guid) => {
    // The token first: the client would replace a refusal of the credential by its own error. Its request uses the same token.
    await credential.getToken(`${cloud.graphEndpoint}/.default`);
    const found: unknown = await graph
      .api(`/servicePrincipals(appId='${clientId}')`)
      .select(["id", "displayName", "accountEnabled", "appOwnerOrganizationId"])
      .get()
      .catch(absentWhenNotFound);
    if (found === undefined) return undefined;
    return readAnswer(cloud.graphEndpoint, () => servicePrincipal(found as GraphServicePrincipal));
  };
  return {
    findServicePrincipal: (clientId) => callGraph(() => find(clientId)),
    provisionServicePrincipal: (clientId) =>
      callGraph(async () => {
        if (await find(clientId)) return "existing";
        return graph
          .api("/servicePrincipals")
          .post({ appId: clientId })
          .then(() => "created" as const, existingWhenConflict);
      }),
    removeServicePrincipal: (clientId) =>
      callGraph(async () => {
        if ((await find(clientId)) === undefined) return "absent";
        await graph.api(`/servicePrincipals(appId='${clientId}')`).delete();
        return "removed";
      }),
  };
}

/** Graph resource type servicePrincipal, the selected fields. */
type GraphServicePrincipal = {
  readonly id: string;
  readonly displayName: string;
  readonly accountEnabled: boolean;
  readonly appOwnerOrganizationId: string;
};

const servicePrincipal = (found: GraphServicePrincipal): ServicePrincipal => ({
  objectId: parseGuid(found.id),
  displayName: found.displayName,
  accountEnabled: found.accountEnabled,
  ownerTenantId: parseTenantId(found.appOwnerOrganizationId),
});
