import type { TokenCredential } from "@azure/identity";
import type { CloudEndpoints } from "../../domain/cloud-endpoints.ts";
import type { TenantId } from "../../domain/customer.ts";
import { discoverTenant } from "./tenant-discovery.ts";

/** How the identity library words that it found no endpoints: the network is away, or the tenant does not exist. */
const noEndpoints = /endpoints_resolution_error/;

/** The same credential, which asks Entra itself when the library hides that a tenant does not exist (AADSTS90002). */
export const requireExistingTenant = (
  credential: TokenCredential,
  cloud: CloudEndpoints,
  tenantId: TenantId,
): TokenCredential => ({
  getToken: async (scopes, options) => {
    try {
      return await credential.getToken(scopes, options);
    } catch (error) {
      if (error instanceof Error && noEndpoints.test(error.message)) await discoverTenant(cloud, tenantId);
      throw error;
    }
  },
});
