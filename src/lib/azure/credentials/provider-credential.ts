import type { TokenCredential } from "@azure/identity";
import type { CloudEndpoints } from "../../domain/cloud-endpoints.ts";
import type { CredentialFingerprint } from "../../domain/credential-fingerprint.ts";
import type { Guid, TenantId } from "../../domain/customer.ts";
import { Failure } from "../../errors/failure.ts";
import { cacheAssertion } from "../tokens/assertion-cache.ts";
import { claimsOf } from "../tokens/token-claims.ts";
import { type CredentialKit, createCredentialKit, createGuarded, type Surroundings } from "./credential-kit.ts";
import { type ProviderCredential, providerUseOf } from "./credential-registry.ts";

/**
 * Creates the credential of the provider's app for any tenant; one assertion serves them all. A credential of the SDK is
 * created for each token, once an hour, and then dropped: a thousand idle ones take 20 MB. A secret that was renewed is
 * therefore read again. Tokens are cached elsewhere.
 */
export function createProviderCredentials(kit: CredentialKit, clientId: Guid, credential: ProviderCredential) {
  const createForOneToken = credentialFactory(kit, clientId, credential);
  return async (tenantId: TenantId): Promise<TokenCredential> => {
    let first: TokenCredential | undefined = await createForOneToken(tenantId);
    return {
      getToken: async (scopes, options) => {
        const current = first ?? (await createForOneToken(tenantId));
        first = undefined;
        return current.getToken(scopes, options);
      },
    };
  };
}

function credentialFactory(kit: CredentialKit, clientId: Guid, credential: ProviderCredential) {
  const use = providerUseOf(credential);
  if (use.proof !== "federated")
    return (tenantId: TenantId) =>
      createGuarded(kit, (guarded) => use.create(guarded, { tenantId, clientId }, credential));
  const assertion = cacheAssertion(() => use.assertion(kit, credential));
  return async (tenantId: TenantId) => {
    const entra = await createGuarded(
      kit,
      async ({ sdk, options }) => new sdk.ClientAssertionCredential(tenantId, clientId, assertion, options),
    );
    return afterAssertion(entra, assertion);
  };
}

/** Requests the assertion first: the identity SDK would replace a refusal of the platform by an error without its hint. */
const afterAssertion = (credential: TokenCredential, assertion: () => Promise<string>): TokenCredential => ({
  getToken: async (scopes, options) => {
    await assertion();
    return credential.getToken(scopes, options);
  },
});

/** What this credential shows to Entra; a federated one requests a token of its issuer for that. */
export async function readFingerprint(
  cloud: CloudEndpoints,
  credential: ProviderCredential,
  surroundings: Surroundings,
): Promise<CredentialFingerprint> {
  const use = providerUseOf(credential);
  if (use.proof !== "federated") return use.fingerprint(credential, surroundings.env);
  const { iss, sub, aud } = claimsOf(await use.assertion(await createCredentialKit(cloud, surroundings), credential));
  return { kind: "federated", issuer: String(iss), subject: String(sub), audience: String(aud) };
}

export const noProviderCredential = () => new Failure("CredentialMissing", undefined, { shared: true });
