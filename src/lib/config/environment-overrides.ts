import { administratorUses, providerUses } from "../azure/credentials/credential-registry.ts";
import type { TransportWish } from "../domain/transport.ts";
import type { Override } from "./config.ts";
import type { ConfigDocument } from "./config-schema.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The first variable that is set is used. */
const identifiers = [
  { path: "provider.tenantId", key: "tenantId", variables: ["XTENANT_TENANT_ID", "AZURE_TENANT_ID"] },
  { path: "provider.clientId", key: "clientId", variables: ["XTENANT_CLIENT_ID", "AZURE_CLIENT_ID"] },
] as const;

/**
 * Applies environment variables to the config. Identifiers are replaced. A credential is only filled in when the config names
 * none, so that an unrelated variable cannot change which identity is used.
 */
export function applyEnvironment(document: ConfigDocument, env: Environment) {
  const overrides: Override[] = [];
  const provider = { ...document.provider };
  const isProviders = !speaksForAdministrator(document);
  for (const { path, key, variables } of identifiers) {
    const variable = variables.find((name) => env[name] && (isProviders || name.startsWith("XTENANT_")));
    const value = variable && env[variable];
    if (!variable || !value || value.toLowerCase() === String(provider[key]).toLowerCase()) continue;
    provider[key] = value;
    overrides.push({ variable, path });
  }
  const wish = env.XTENANT_TRANSPORT;
  if (wish) overrides.push({ variable: "XTENANT_TRANSPORT", path: "transport" });
  const found = provider.credential === undefined && isProviders ? credentialFrom(env) : undefined;
  if (found) {
    provider.credential = found.credential;
    overrides.push({ variable: found.variable, path: "provider.credential" });
  }
  // The schema refuses an unknown word.
  const transport = wish ? { transport: wish as TransportWish } : {};
  return { document: { ...document, ...transport, provider }, overrides };
}

/** Azure's own variables describe an administrator of this kind, not the provider's app. */
const speaksForAdministrator = ({ provider, customers }: ConfigDocument): boolean => {
  const kinds = administratorUses.flatMap(({ kind, use }) => (use.readsAzureVariables ? [kind] : []));
  return [provider, ...Object.values(customers ?? {})].some((one) =>
    kinds.some((kind) => kind === one?.administrator?.kind),
  );
};

/** The first kind whose variable is set (azure-identity, environment variables). */
function credentialFrom(env: Environment) {
  for (const { kind, use } of providerUses) {
    const { variable, settings } = use.fromEnvironment ?? {};
    const value = variable && env[variable];
    if (value && settings) return { variable, credential: { kind, ...settings(value) } as WrittenCredential };
  }
  return undefined;
}

type WrittenCredential = NonNullable<ConfigDocument["provider"]["credential"]>;
