import type { TokenCredential } from "@azure/identity";
import type { z } from "zod";
import type { FederatedTrust } from "../../domain/app-registration.ts";
import type { CloudEndpoints } from "../../domain/cloud-endpoints.ts";
import type { CredentialFingerprint } from "../../domain/credential-fingerprint.ts";
import type { Guid, TenantId } from "../../domain/customer.ts";
import type { CredentialKit, Environment } from "./credential-kit.ts";

/**
 * A kind of credential is one file in this folder, with everything that the program knows about it, and one line in
 * `credential-registry.ts`. Such a file loads neither zod nor an SDK: `schemas`, `create` and `assertion` are given them.
 */
export type CredentialKind = {
  /** The word in the config. */
  readonly kind: string;
  /** How the provider's app proves itself in every tenant. */
  readonly provider?: ProviderCredentialUse<z.ZodType>;
  /** How the administrator of a tenant signs in. */
  readonly administrator?: TenantIdentityUse<z.ZodType>;
  /** How the customer's own worker signs in. */
  readonly responder?: TenantIdentityUse<z.ZodType>;
};

/** What a schema is made of. A key whose name ends with `File` is a path relative to the config file. */
export type SchemaParts = {
  /** Single functions, because the whole library has the words of fifty languages and would be loaded by every command. */
  readonly z: Pick<typeof z, "boolean" | "literal" | "strictObject" | "string">;
  readonly guid: z.ZodType<Guid, string>;
  readonly path: z.ZodString;
  readonly environmentName: z.ZodString;
};

/** One schema, or one for each alternative. */
type Schemas<Schema> = (parts: SchemaParts) => readonly Schema[];

export type ProviderCredentialUse<Schema extends z.ZodType> = {
  readonly schemas: Schemas<Schema>;
  readonly init: InitQuestion<WithoutKind<z.input<Schema>>>;
  readonly variables?: readonly CredentialVariable[];
  /** Fills the credential in from a variable of Azure's own tools where the config names none. */
  readonly fromEnvironment?: {
    readonly variable: string;
    settings(value: string): WithoutKind<z.input<Schema>>;
  };
  /** Where the proof comes from when a token is requested: places of secrets, never secrets. */
  explain(credential: z.output<Schema>): { readonly is: string; readonly from: string };
} & (FederatedProof<Schema> | KeyProof<Schema>);

/** A platform signs a token (an assertion), which Entra accepts because the app trusts the platform's issuer. */
type FederatedProof<Schema extends z.ZodType> = {
  readonly proof: "federated";
  assertion(kit: CredentialKit, credential: z.output<Schema>): Promise<string>;
  /** What `app credential add --federated` registers for it. */
  readonly trust?: FederatedTrustKind;
};

/** A secret or a private key. */
type KeyProof<Schema extends z.ZodType> = {
  readonly proof: "certificate" | "secret";
  create(kit: CredentialKit, app: AppInTenant, credential: z.output<Schema>): Promise<TokenCredential>;
  fingerprint(credential: z.output<Schema>, env: Environment): Promise<CredentialFingerprint>;
};

export type AppInTenant = { readonly tenantId: TenantId; readonly clientId: Guid };

export type TenantIdentityUse<Schema extends z.ZodType> = {
  readonly schemas: Schemas<Schema>;
  create(kit: CredentialKit, tenantId: TenantId, identity: z.output<Schema>): Promise<TokenCredential>;
  /** The app that its tokens must name, where the config has its id. */
  clientId?(identity: z.output<Schema>): Guid | undefined;
  /** It needs more than its kind, so that `init` does not offer it. */
  readonly needsSettings?: true;
  /** Its variables are those of Azure's own tools, so that they say nothing about the provider's app. */
  readonly readsAzureVariables?: true;
};

/** The keys of a credential in the config, except its kind. */
type WithoutKind<Credential> = Credential extends unknown ? Omit<Credential, "kind"> : never;

/** How `init` offers a kind, and what it writes into the config. */
type InitQuestion<Settings> = {
  readonly choice: string;
  /** Asked when the kind needs one more value: a path or an id, never a secret. */
  readonly question?: string;
  /** The option that answers it, where it is not `--credential-file`. */
  readonly option?: string;
  settings(answer: string): Settings;
};

export type CredentialVariable = { readonly name: string; readonly does: string };

/** How the tokens of an issuer are described on the command line, and what Entra is given. */
export type FederatedTrustKind = {
  readonly name: string;
  /** The options that describe it, and no others. */
  readonly options: readonly (keyof TrustDescription)[];
  /** Throws an Error that says what is missing or wrong. */
  describe(description: TrustDescription, provider: ProviderTenant): FederatedTrust;
};

export type ProviderTenant = { readonly cloud: CloudEndpoints; readonly tenantId: TenantId };

/** What describes an issuer's tokens. */
export type TrustDescription = {
  readonly subject?: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly repo?: string;
  readonly environment?: string;
  readonly branch?: string;
  readonly tag?: string;
  readonly pullRequest?: true;
  /** The name of the federated credential. */
  readonly name?: string;
};

/** For the type inference: the methods of a use take what its schemas give. */
export const providerCredential = <Schema extends z.ZodType>(use: ProviderCredentialUse<Schema>) => use;
export const tenantIdentity = <Schema extends z.ZodType>(use: TenantIdentityUse<Schema>) => use;
