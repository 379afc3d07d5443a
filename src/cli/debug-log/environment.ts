import { arch, platform, release } from "node:os";
import { versions } from "node:process";
import packageJson from "../../../package.json" with { type: "json" };
import type { Config } from "../../lib/config/config.ts";
import type { JsonValue } from "../../lib/domain/json-value.ts";
import { environmentVariables } from "../help/environment-variables.ts";

type EnvironmentEntry = { readonly [name: string]: JsonValue };

/** On what it runs; of the environment only which of our variables are set, never to what. */
export const environmentEntry = (env: Readonly<Record<string, string | undefined>>): EnvironmentEntry => ({
  xtenant: packageJson.version,
  node: versions.node,
  openssl: versions.openssl,
  system: `${platform()} ${release()} ${arch()}`,
  variables: environmentVariables.map(({ name }) => name).filter((name) => env[name] !== undefined),
});

/** What the config is like: kinds and counts, and ids that every log of Entra has. Where material is, but not the material. */
export const configEntry = ({ file, cloud, provider, transport, customers }: Config): EnvironmentEntry => ({
  file,
  cloud: cloud.name,
  sandbox: cloud.sandbox !== undefined,
  transport,
  provider: { tenantId: provider.tenantId, clientId: provider.clientId, credential: provider.credential?.kind ?? null },
  customers: customers.size,
  administrators: counted([...customers.values()].map(({ administrator }) => administrator.kind)),
  responders: counted([...customers.values()].map(({ responder }) => responder?.kind ?? "none")),
});

const counted = (kinds: readonly string[]): EnvironmentEntry => {
  const groups = Object.entries(Object.groupBy(kinds, (kind) => kind));
  return Object.fromEntries(groups.map(([kind, all = []]) => [kind, all.length]));
};
