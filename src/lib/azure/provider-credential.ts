import type { TokenCredential } from "@azure/identity";
import { Failure } from "../failure.ts";
import type { Guid, TenantId } from "../tenancy/customer.ts";
import type { ProviderCredential } from "../tenancy/identity.ts";
import { cachedAssertion } from "./assertion.ts";
import { type CredentialKit, managedIdentity } from "./credential-kit.ts";
import { readMaterial, readSecret } from "./secret.ts";

/** Makes the Provider's app's credential for any tenant; one assertion serves them all. */
export function providerCredentials(kit: CredentialKit, clientId: Guid, credential: ProviderCredential) {
  const assertion = cachedAssertion(() => assertionOf(kit, credential));
  return async (tenantId: TenantId): Promise<TokenCredential> => {
    const { sdk, options } = kit;
    switch (credential.kind) {
      case "secret":
        return new sdk.ClientSecretCredential(tenantId, clientId, await readSecret(credential, kit.env), options);
      case "certificate": {
        const certificate = await readMaterial(credential.certificateFile);
        const sendCertificateChain = credential.sendCertificateChain ?? false;
        return new sdk.ClientCertificateCredential(
          tenantId,
          clientId,
          { certificate },
          { ...options, sendCertificateChain },
        );
      }
      case "managed-identity":
      case "workload-identity":
        return new sdk.ClientAssertionCredential(tenantId, clientId, assertion, options);
    }
  };
}

/** The token that stands in for a secret: the platform signs it, Entra trusts it by the app's federated credential. */
async function assertionOf(kit: CredentialKit, credential: ProviderCredential): Promise<string> {
  if (credential.kind === "workload-identity") return readMaterial(credential.assertionFile);
  if (credential.kind !== "managed-identity") throw new Error(`${credential.kind} needs no assertion`);
  const identity = managedIdentity(kit, credential.managedIdentityClientId);
  return (await identity.getToken(`${kit.federationAudience}/.default`)).token;
}

export const noProviderCredential = () =>
  new Failure("auth", "the config names no credential for the Provider's app", {
    code: "CredentialMissing",
    hint: "set provider.credential; docs/configuration.md lists the kinds",
    actor: "operator",
  });
