import type { TokenCredential } from "@azure/identity";
import type { CloudEndpoints } from "../../domain/cloud-endpoints.ts";
import type { TenantId } from "../../domain/customer.ts";
import { discoverTenant } from "./tenant-discovery.ts";

/** The identity library found no endpoints: there is no network, or the tenant does not exist. */
const noEndpoints = /endpoints_resolution_error/;

/** The same credential, which asks Entra when the library hides that a tenant does not exist (AADSTS90002). */
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
