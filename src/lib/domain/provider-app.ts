import type { Guid, TenantId } from "./customer.ts";

/** The provider's app registration, as far as customers see it. */
export type ProviderApp = {
  /** The tenant in which the app is registered. */
  readonly tenantId: TenantId;
  readonly clientId: Guid;
  /** The provider's own word for itself. Nobody has checked it. */
  readonly name?: string;
  readonly consentRedirectUri: string;
};
