import { tenantIdentity } from "./credential-kind.ts";

/** A person who signs in with a browser on this machine. */
export const browser = {
  kind: "browser",
  administrator: tenantIdentity({
    schemas: ({ z }) => [z.strictObject({ kind: z.literal("browser") })],
    create: async ({ sdk, options }, tenantId) => new sdk.InteractiveBrowserCredential({ ...options, tenantId }),
  }),
} as const;
