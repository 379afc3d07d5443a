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

/** How a machine outside Azure answers for the address of the identity endpoint, which no network routes. */
const unrouted: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "ForeignAnswer",
]);

/**
 * A laptop has no managed identity, and no address for one: the failure says so, and not that a host is out of reach. Where the
 * platform names its endpoint in a variable, or in the sandbox, the failure of that endpoint stays as it is.
 */
export function withoutIdentity(
  error: unknown,
  { env, isSandbox }: Pick<CredentialKit, "env" | "isSandbox">,
  code: "ManagedIdentityUnavailable" | "ResponderIdentityUnavailable",
): unknown {
  if (!(error instanceof Error) || isSandbox) return error;
  const isRouted = (env.IDENTITY_ENDPOINT ?? env.MSI_ENDPOINT) !== undefined;
  const isLost = error.name === "AbortError" || unrouted.has((error as { code?: unknown }).code);
  if (error.name !== "CredentialUnavailableError" && (isRouted || !isLost)) return error;
  const said = error instanceof Failure ? error.detail : error.message;
  return new Failure(code, undefined, {
    cause: error,
    ...omitUndefined({ detail: said?.replaceAll(/\s+/g, " ").trim() }),
  });
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
      const issued = await create(kit, managedIdentityClientId)
        .getToken(scope)
        .catch((error: unknown) => Promise.reject(withoutIdentity(error, kit, "ManagedIdentityUnavailable")));
      if (issued === null) throw new Failure("NoToken", "the managed identity gave no token");
      return issued.token;
    },
    trust,
  }),
  responder: tenantIdentity({
    schemas,
    create: async (kit, _tenantId, { managedIdentityClientId }) => {
      const credential = create(kit, managedIdentityClientId);
      return {
        getToken: (...request) =>
          credential
            .getToken(...request)
            .catch((error: unknown) => Promise.reject(withoutIdentity(error, kit, "ResponderIdentityUnavailable"))),
      };
    },
    clientId: ({ managedIdentityClientId }) => managedIdentityClientId,
  }),
} as const;
