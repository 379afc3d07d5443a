import { tenantIdentity } from "./credential-kind.ts";

const signedIn = tenantIdentity({
  schemas: ({ z }) => [z.strictObject({ kind: z.literal("azure-cli") })],
  create: async ({ sdk }, tenantId) => new sdk.AzureCliCredential({ tenantId }),
});

/** The account that is signed in to the Azure CLI: `az login`. */
export const azureCli = { kind: "azure-cli", administrator: signedIn, responder: signedIn } as const;
