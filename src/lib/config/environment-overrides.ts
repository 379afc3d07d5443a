import { administratorUses, providerUses } from "../azure/credentials/credential-registry.ts";
import type { TransportWish } from "../domain/transport.ts";
import type { Override } from "./config.ts";
import type { ConfigDocument } from "./config-schema.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const identifiers = [
  { path: "provider.tenantId", key: "tenantId", own: "XTENANT_TENANT_ID", azure: "AZURE_TENANT_ID" },
  { path: "provider.clientId", key: "clientId", own: "XTENANT_CLIENT_ID", azure: "AZURE_CLIENT_ID" },
] as const;

/**
 * Applies environment variables to the config. The program's own variables replace identifiers. Those of Azure's tools, and a
 * credential, are only filled in where the config names none, so that an unrelated variable cannot change which identity is
 * used. On a machine with a managed identity, for example, AZURE_CLIENT_ID names that identity.
 */
export function applyEnvironment(document: ConfigDocument, env: Environment) {
  const overrides: Override[] = [];
  const provider = { ...document.provider };
  const isProviders = !speaksForAdministrator(document);
  for (const { path, key, own, azure } of identifiers) {
    const mayFill = isProviders && provider[key] === undefined;
    const variable = env[own] ? own : mayFill && env[azure] ? azure : undefined;
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
