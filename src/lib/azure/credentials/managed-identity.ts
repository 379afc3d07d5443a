import { parseGuid } from "../../domain/customer.ts";
import { managedIdentityTrust } from "../../domain/federated-credential.ts";
import { Failure } from "../../errors/failure.ts";
import { type FederatedTrustKind, providerCredential, type SchemaParts, tenantIdentity } from "./credential-kind.ts";
import type { CredentialKit } from "./credential-kit.ts";
import { requiredOption } from "./trust-options.ts";

const schemas = ({ z, guid }: SchemaParts) => [
  z.strictObject({ kind: z.literal("managed-identity"), managedIdentityClientId: guid.optional() }),
];

/** The identity of this machine; a user-assigned one is named by its client id. */
const create = ({ sdk }: CredentialKit, clientId: string | undefined) =>
  new sdk.ManagedIdentityCredential(clientId === undefined ? {} : { clientId });

const trust: FederatedTrustKind = {
  name: "managed-identity",
  options: ["subject"],
  describe: (description, { cloud, tenantId }) =>
    managedIdentityTrust(cloud, tenantId, objectId(requiredOption(trust, description, "subject")), description.name),
};

function objectId(text: string) {
  try {
    return parseGuid(text);
  } catch {
    throw new Failure(
      "UsageInvalidValue",
      "--subject: expected the managed identity's object (principal) id, a GUID; not its client id",
    );
  }
}

/** A managed identity of the Azure machine that the program runs on. */
export const managedIdentity = {
  kind: "managed-identity",
  provider: providerCredential({
    schemas,
    init: {
      choice: "managed identity of an Azure machine: nothing to keep secret",
      settings: () => ({}),
    },
    explain: ({ managedIdentityClientId }) => ({
      is: managedIdentityClientId ?? "the only managed identity of this machine",
      from: "the machine's identity endpoint",
    }),
    proof: "federated",
    assertion: async (kit, { managedIdentityClientId }) => {
      const { token } = await create(kit, managedIdentityClientId).getToken(`${kit.federationAudience}/.default`);
      return token;
    },
    trust,
  }),
  responder: tenantIdentity({
    schemas,
    create: async (kit, _tenantId, { managedIdentityClientId }) => create(kit, managedIdentityClientId),
    clientId: ({ managedIdentityClientId }) => managedIdentityClientId,
  }),
} as const;
