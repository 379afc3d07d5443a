import { parseGuid } from "../../domain/customer.ts";
import { Failure } from "../../errors/failure.ts";
import { tenantIdentity } from "./credential-kind.ts";
import { readCredentialFile, readUsableCertificate } from "./read-secret.ts";

/**
 * The app that the standard variables name (azure-identity, environment variables), pinned to this tenant. The SDK's own
 * credential of that name would read the variables without our checks, and would use the tenant in AZURE_TENANT_ID.
 */
export const environment = {
  kind: "environment",
  administrator: tenantIdentity({
    schemas: ({ z }) => [z.strictObject({ kind: z.literal("environment") })],
    create: async ({ sdk, env, options }, tenantId) => {
      const { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET } = env;
      if (AZURE_TENANT_ID && AZURE_TENANT_ID.toLowerCase() !== tenantId)
        throw refusal(`AZURE_TENANT_ID is ${AZURE_TENANT_ID}, and the administrator of tenant ${tenantId} is needed`);
      const clientId = clientIdOf(AZURE_CLIENT_ID);
      const assertionFile = env.AZURE_FEDERATED_TOKEN_FILE;
      if (assertionFile)
        return new sdk.ClientAssertionCredential(tenantId, clientId, () => readCredentialFile(assertionFile), options);
      const certificateFile = env.AZURE_CLIENT_CERTIFICATE_PATH;
      if (certificateFile) {
        const certificate = await readUsableCertificate(certificateFile);
        return new sdk.ClientCertificateCredential(tenantId, clientId, { certificate }, options);
      }
      if (AZURE_CLIENT_SECRET) return new sdk.ClientSecretCredential(tenantId, clientId, AZURE_CLIENT_SECRET, options);
      throw refusal("the environment has no proof for AZURE_CLIENT_ID");
    },
    readsAzureVariables: true,
  }),
} as const;

function clientIdOf(text = ""): string {
  try {
    return parseGuid(text);
  } catch {
    throw refusal("AZURE_CLIENT_ID is not set to a client id");
  }
}

const refusal = (message: string) => new Failure("EnvironmentCredentialMissing", message);
