import type { TokenCredential } from "@azure/identity";
import { parseGuid } from "../../domain/customer.ts";
import { managedIdentityTrust } from "../../domain/federated-credential.ts";
import { omitUndefined } from "../../domain/omit-undefined.ts";
import { Failure } from "../../errors/failure.ts";
import { createHttpGuard } from "../http/http-guard.ts";
import { type FederatedTrustKind, providerCredential, type SchemaParts, tenantIdentity } from "./credential-kind.ts";
import type { CredentialKit } from "./credential-kit.ts";
import { requiredOption } from "./trust-options.ts";

const schemas = ({ z, guid }: SchemaParts) => [
  z.strictObject({ kind: z.literal("managed-identity"), managedIdentityClientId: guid.optional() }),
];

/** One for the process: the identity library keeps the transport that it was given first. */
const guard = createHttpGuard();

/** The identity of this machine; a user-assigned one is named by its client id. */
function create({ sdk }: CredentialKit, clientId: string | undefined): TokenCredential {
  const { httpClient } = guard;
  const credential = new sdk.ManagedIdentityCredential({ httpClient, ...omitUndefined({ clientId }) });
  return { getToken: (scopes, options) => guard.call(() => credential.getToken(scopes, options)) };
}

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
      const scope = `${kit.federationAudience}/.default`;
      const issued = await create(kit, managedIdentityClientId).getToken(scope);
      if (issued === null) throw new Failure("NoToken", "the managed identity gave no token");
      return issued.token;
    },
    trust,
  }),
  responder: tenantIdentity({
    schemas,
    create: async (kit, _tenantId, { managedIdentityClientId }) => create(kit, managedIdentityClientId),
    clientId: ({ managedIdentityClientId }) => managedIdentityClientId,
  }),
} as const;
