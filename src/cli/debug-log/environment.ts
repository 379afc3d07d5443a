import { arch, platform, release } from "node:os";
import { versions } from "node:process";
import packageJson from "../../../package.json" with { type: "json" };
import type { Config } from "../../lib/config/config.ts";
import type { JsonValue } from "../../lib/domain/message-record.ts";
import { variables } from "../help/environment-variables.ts";

type Told = { readonly [name: string]: JsonValue };

/** On what it runs; of the environment only which of our variables are set, never to what. */
export const surroundingsTold = (env: Readonly<Record<string, string | undefined>>): Told => ({
  xtenant: packageJson.version,
  node: versions.node,
  openssl: versions.openssl,
  system: `${platform()} ${release()} ${arch()}`,
  variables: variables.map(({ name }) => name).filter((name) => env[name] !== undefined),
});

/** What the config is like: kinds and counts, and ids that every log of Entra has. Where material is, but not the material. */
export const configTold = ({ file, cloud, provider, transport, customers }: Config): Told => ({
  file,
  cloud: cloud.name,
  standIn: cloud.standIn !== undefined,
  transport,
  provider: { tenantId: provider.tenantId, clientId: provider.clientId, credential: provider.credential?.kind ?? null },
  customers: customers.size,
  administrators: counted([...customers.values()].map(({ administrator }) => administrator.kind)),
  responders: counted([...customers.values()].map(({ responder }) => responder?.kind ?? "none")),
});

const counted = (kinds: readonly string[]): Told => {
  const groups = Object.entries(Object.groupBy(kinds, (kind) => kind));
  return Object.fromEntries(groups.map(([kind, all = []]) => [kind, all.length]));
};
