import type { ProviderCredential } from "../domain/identity.ts";
import type { Config, ConfiguredCustomer } from "./config.ts";

/** One thing that decides which identity is used: what it is, and what made it so. Places of secrets, never secrets. */
export type Reason = { readonly what: string; readonly is: string; readonly from: string };

/** How the Provider's identity in this Customer's tenant was chosen, and who would act as the Customer's administrator. */
export function reasonsFor(
  { file, provider, overrides = [] }: Config,
  { name, tenantId, administrator }: ConfiguredCustomer,
): readonly Reason[] {
  const from = (path: string) => {
    const override = overrides.find((one) => one.path === path);
    return override === undefined ? `${path} in ${file}` : `the environment variable ${override.variable}`;
  };
  const { clientId, credential } = provider;
  return [
    { what: "tenant", is: tenantId, from: from(`customers.${name}.tenantId`) },
    { what: "app", is: clientId, from: from("provider.clientId") },
    { what: "credential", is: credential?.kind ?? "none", from: from("provider.credential") },
    ...(credential === undefined ? [] : [{ what: "proof", ...proofOf(credential) }]),
    {
      what: "administrator",
      is: administrator.kind,
      from: `${from(`customers.${name}.administrator`)}, or azure-cli where that is left out`,
    },
  ];
}

/** Where what proves the app comes from when a token is asked for. */
function proofOf(credential: ProviderCredential): Pick<Reason, "is" | "from"> {
  switch (credential.kind) {
    case "managed-identity":
      return {
        is: credential.managedIdentityClientId ?? "the only managed identity of this machine",
        from: "the machine's identity endpoint",
      };
    case "workload-identity":
      return { is: "a platform's assertion", from: credential.assertionFile };
    case "github-actions":
      return { is: "the job's own token", from: "the environment variable ACTIONS_ID_TOKEN_REQUEST_URL" };
    case "azure-pipelines":
      return {
        is: `the job's own token for service connection ${credential.serviceConnectionId}`,
        from: "the environment variable SYSTEM_OIDCREQUESTURI",
      };
    case "certificate":
      return {
        is: credential.sendCertificateChain ? "a certificate, sent with its chain (x5c)" : "a certificate",
        from: credential.certificateFile,
      };
    case "secret":
      return {
        is: "a secret",
        from: "secretFile" in credential ? credential.secretFile : `the environment variable ${credential.secretEnv}`,
      };
  }
}
