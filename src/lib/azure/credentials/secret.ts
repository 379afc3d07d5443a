import { providerCredential, type SchemaParts, tenantIdentity } from "./credential-kind.ts";
import { readSecret } from "./read-secret.ts";

const inFile = ({ z, path }: SchemaParts) => z.strictObject({ kind: z.literal("secret"), secretFile: path });
const inEnvironment = ({ z, environmentName }: SchemaParts) =>
  z.strictObject({ kind: z.literal("secret"), secretEnv: environmentName });

/** Microsoft Graph shows as many characters of a secret (resource type passwordCredential, `hint`). */
const hintCharacters = 3;

/** An app of the tenant's own, which acts as itself there. */
const ownApp = tenantIdentity({
  schemas: (parts) => [
    inFile(parts).extend({ clientId: parts.guid }),
    inEnvironment(parts).extend({ clientId: parts.guid }),
  ],
  create: async ({ sdk, env, options }, tenantId, app) =>
    new sdk.ClientSecretCredential(tenantId, app.clientId, await readSecret(app, env), options),
  clientId: ({ clientId }) => clientId,
  needsSettings: true,
});

/** A client secret, which the config refers to and never holds. */
export const secret = {
  kind: "secret",
  provider: providerCredential({
    schemas: (parts) => [inFile(parts), inEnvironment(parts)],
    init: {
      choice: "secret in a file: the last resort",
      question: "Path of the file that holds the secret",
      settings: (secretFile) => ({ secretFile }),
    },
    variables: [{ name: "AZURE_CLIENT_SECRET", does: "credential secret, where the config names none" }],
    fromEnvironment: {
      variable: "AZURE_CLIENT_SECRET",
      settings: () => ({ secretEnv: "AZURE_CLIENT_SECRET" }),
    },
    explain: (credential) => ({
      is: "a secret",
      from: "secretFile" in credential ? credential.secretFile : `the environment variable ${credential.secretEnv}`,
    }),
    proof: "secret",
    create: async ({ sdk, env, options }, { tenantId, clientId }, credential) =>
      new sdk.ClientSecretCredential(tenantId, clientId, await readSecret(credential, env), options),
    fingerprint: async (credential, env) => ({
      kind: "secret",
      hint: (await readSecret(credential, env)).slice(0, hintCharacters),
    }),
  }),
  administrator: ownApp,
  responder: ownApp,
} as const;
