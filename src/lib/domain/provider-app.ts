import type { Guid, TenantId } from "./customer.ts";

/** The provider's app registration, as far as customers see it. */
export type ProviderApp = {
  /** The tenant in which the app is registered. */
  readonly tenantId: TenantId;
  readonly clientId: Guid;
  readonly consentRedirectUri: string;
};
