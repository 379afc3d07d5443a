import type { CatalogEntry } from "./catalog-entry.ts";
import { entraAppRemedies } from "./entra-app.ts";
import { entraTenantRemedies } from "./entra-tenant.ts";
import { entraPersonRemedies } from "./entra-user.ts";

/** Entra's numbers (Microsoft identity platform error codes). They may change: used for words, never for control flow. */
export const entraRemedies: Readonly<Record<string, CatalogEntry>> = {
  ...entraAppRemedies,
  ...entraTenantRemedies,
  ...entraPersonRemedies,
};
