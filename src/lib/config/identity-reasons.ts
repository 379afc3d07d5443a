import { providerUseOf } from "../azure/credentials/credential-registry.ts";
import type { Config, ConfiguredCustomer } from "./config.ts";

/** One fact that decides which identity is used, and where it comes from. It names places of secrets, never secrets. */
export type Reason = { readonly what: string; readonly is: string; readonly from: string };

/** How the provider's identity in this customer's tenant was chosen, and which identity acts as the customer's administrator. */
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
    ...(credential === undefined ? [] : [{ what: "proof", ...providerUseOf(credential).explain(credential) }]),
    {
      what: "administrator",
      is: administrator.kind,
      from: `${from(`customers.${name}.administrator`)}, or azure-cli where that is left out`,
    },
  ];
}
