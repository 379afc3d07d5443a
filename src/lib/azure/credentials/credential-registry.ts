import type { z } from "zod";
import { azureCli } from "./azure-cli.ts";
import { azurePipelines } from "./azure-pipelines.ts";
import { browser } from "./browser.ts";
import { certificate } from "./certificate.ts";
import type {
  CredentialKind,
  CredentialVariable,
  FederatedTrustKind,
  ProviderCredentialUse,
  SchemaParts,
  TenantIdentityUse,
} from "./credential-kind.ts";
import { deviceCode } from "./device-code.ts";
import { environment } from "./environment.ts";
import { githubActions } from "./github-actions.ts";
import { managedIdentity } from "./managed-identity.ts";
import { secret } from "./secret.ts";
import { workloadIdentity } from "./workload-identity.ts";

/** Every kind of credential, in the order in which `init` offers them. A new kind is one file and one line here. */
export const credentialKinds = [
  managedIdentity,
  workloadIdentity,
  githubActions,
  azurePipelines,
  azureCli,
  deviceCode,
  browser,
  environment,
  certificate,
  secret,
] as const satisfies readonly CredentialKind[];

/** The kinds of each role. */
export const providerUses = credentialKinds.flatMap((kind) =>
  "provider" in kind ? [{ kind: kind.kind, use: kind.provider }] : [],
);
export const administratorUses = credentialKinds.flatMap((kind) =>
  "administrator" in kind ? [{ kind: kind.kind, use: kind.administrator }] : [],
);
const responderUses = credentialKinds.flatMap((kind) =>
  "responder" in kind ? [{ kind: kind.kind, use: kind.responder }] : [],
);

type SchemaOf<Uses extends readonly { readonly use: { schemas(parts: SchemaParts): readonly z.ZodType[] } }[]> =
  ReturnType<Uses[number]["use"]["schemas"]>[number];
type ProviderSchema = SchemaOf<typeof providerUses>;
type AdministratorSchema = SchemaOf<typeof administratorUses>;
type ResponderSchema = SchemaOf<typeof responderUses>;

/** How the provider's app proves itself; the same proof in every customer's tenant. */
export type ProviderCredential = z.output<ProviderSchema>;
/** Who administers a tenant: a person who signs in, or an app of the tenant's own. */
export type Administrator = z.output<AdministratorSchema>;
/** The kinds of administrator that need nothing else in the config. */
export type SelfContainedAdministratorKind = KindAlone<Administrator>;
type KindAlone<Identity> = Identity extends { readonly kind: infer Kind }
  ? Exclude<keyof Identity, "kind"> extends never
    ? Kind
    : never
  : never;
/** The customer's own worker, which reads commands and writes statuses; never the provider's app. */
export type Responder = z.output<ResponderSchema>;

/** The schemas of the config, one for each alternative. */
export const credentialSchemas = (parts: SchemaParts) => ({
  provider: providerUses.flatMap(({ use }): ProviderSchema[] => [...use.schemas(parts)]),
  administrator: administratorUses.flatMap(({ use }): AdministratorSchema[] => [...use.schemas(parts)]),
  responder: responderUses.flatMap(({ use }): ResponderSchema[] => [...use.schemas(parts)]),
});

export const providerUseOf = ({ kind }: Pick<ProviderCredential, "kind">): ProviderCredentialUse<ProviderSchema> =>
  find(providerUses, kind);

export const administratorUseOf = ({ kind }: Pick<Administrator, "kind">): TenantIdentityUse<AdministratorSchema> =>
  find(administratorUses, kind);

export const responderUseOf = ({ kind }: Pick<Responder, "kind">): TenantIdentityUse<ResponderSchema> =>
  find(responderUses, kind);

function find<Use>(uses: readonly { readonly kind: string; readonly use: Use }[], kind: string): Use {
  const found = uses.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`no credential of kind ${kind}`);
  return found.use;
}

/** What `app credential add --federated` can register. */
export const federatedTrustKinds: readonly FederatedTrustKind[] = providerUses.flatMap(({ use }) =>
  use.proof === "federated" && use.trust ? [use.trust] : [],
);

/** The environment variables that the provider's credentials are read from. */
export const credentialVariables: readonly CredentialVariable[] = providerUses.flatMap(
  ({ use }) => use.variables ?? [],
);
