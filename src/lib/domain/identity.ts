import type { Guid } from "./customer.ts";

/** Where secret text is kept: the config refers to it and never holds it. */
export type SecretSource = { readonly secretFile: string } | { readonly secretEnv: string };

/** How the Provider's app proves itself; the same proof in every Customer's tenant. */
export type ProviderCredential =
  | { readonly kind: "managed-identity"; readonly managedIdentityClientId?: Guid }
  | { readonly kind: "workload-identity"; readonly assertionFile: string }
  | { readonly kind: "github-actions" }
  | { readonly kind: "azure-pipelines"; readonly serviceConnectionId: string }
  | {
      readonly kind: "certificate";
      readonly certificateFile: string;
      readonly sendCertificateChain?: boolean;
    }
  | ({ readonly kind: "secret" } & SecretSource);

/** An application of a tenant's own that acts as itself there. */
export type OwnApplication =
  | { readonly kind: "certificate"; readonly clientId: Guid; readonly certificateFile: string }
  | ({ readonly kind: "secret"; readonly clientId: Guid } & SecretSource);

/** Who administers a tenant: a person who signs in, or a tenant's own automation. */
export type Administrator =
  | { readonly kind: "azure-cli" }
  | { readonly kind: "device-code" }
  | { readonly kind: "browser" }
  /** An application of the tenant's own, as Azure's tools are told of one: AZURE_CLIENT_ID and its companions. */
  | { readonly kind: "environment" }
  | OwnApplication;

/** The Customer's own worker, which reads commands and writes statuses; never the Provider's app. */
export type Responder =
  | { readonly kind: "managed-identity"; readonly managedIdentityClientId?: Guid }
  | { readonly kind: "azure-cli" }
  | OwnApplication;
