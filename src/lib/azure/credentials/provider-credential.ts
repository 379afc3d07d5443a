import type { TokenCredential } from "@azure/identity";
import type { Guid, TenantId } from "../../domain/customer.ts";
import type { ProviderCredential } from "../../domain/identity.ts";
import { Failure } from "../../errors/failure.ts";
import { cacheAssertion } from "./assertion-cache.ts";
import { type CredentialKit, managedIdentity } from "./credential-kit.ts";
import { azurePipelines, githubActions, pipelineAssertion } from "./pipeline-assertion.ts";
import { readCredentialFile, readSecret } from "./read-secret.ts";

/**
 * Makes the Provider's app's credential for any tenant; one assertion serves them all. The SDK's own credential is made for
 * each token anew, once an hour: a thousand of them that wait would hold 20 MB. It reads the secret again, which may have
 * been renewed; tokens are remembered elsewhere.
 */
export function providerCredentials(kit: CredentialKit, clientId: Guid, credential: ProviderCredential) {
  const assertion = cacheAssertion(() => assertionOf(kit, credential));
  const forOneToken = async (tenantId: TenantId): Promise<TokenCredential> => {
    const { sdk, options } = kit;
    switch (credential.kind) {
      case "secret":
        return new sdk.ClientSecretCredential(tenantId, clientId, await readSecret(credential, kit.env), options);
      case "certificate": {
        const certificate = await readCredentialFile(credential.certificateFile);
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
      case "github-actions":
      case "azure-pipelines":
        return afterAssertion(new sdk.ClientAssertionCredential(tenantId, clientId, assertion, options), assertion);
    }
  };
  return async (tenantId: TenantId): Promise<TokenCredential> => {
    let first: TokenCredential | undefined = await forOneToken(tenantId);
    return {
      getToken: async (scopes, options) => {
        const once = first ?? (await forOneToken(tenantId));
        first = undefined;
        return once.getToken(scopes, options);
      },
    };
  };
}

/** Gets the assertion first: a refusal of the platform's would else come out as one of the identity SDK's own, without its hint. */
const afterAssertion = (credential: TokenCredential, assertion: () => Promise<string>): TokenCredential => ({
  getToken: async (scopes, options) => {
    await assertion();
    return credential.getToken(scopes, options);
  },
});

/** The token that stands in for a secret: the platform signs it, Entra trusts it by the app's federated credential. */
export async function assertionOf(kit: CredentialKit, credential: ProviderCredential): Promise<string> {
  const { env, federationAudience, isStandIn: loopback } = kit;
  switch (credential.kind) {
    case "workload-identity":
      return readCredentialFile(credential.assertionFile);
    case "managed-identity": {
      const identity = managedIdentity(kit, credential.managedIdentityClientId);
      return (await identity.getToken(`${federationAudience}/.default`)).token;
    }
    case "github-actions":
      return pipelineAssertion({ service: githubActions, query: { audience: federationAudience }, env, loopback });
    case "azure-pipelines": {
      const query = { "api-version": "7.1", serviceConnectionId: credential.serviceConnectionId };
      return pipelineAssertion({ service: azurePipelines, query, env, loopback });
    }
    case "certificate":
    case "secret":
      throw new Error(`${credential.kind} needs no assertion`);
  }
}

export const noProviderCredential = () =>
  new Failure("auth", "the config names no credential for the Provider's app", {
    code: "CredentialMissing",
    hint: "set provider.credential; docs/configuration.md lists the kinds",
    actor: "operator",
  });
