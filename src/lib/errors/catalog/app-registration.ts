import type { CatalogPart } from "./catalog-entry.ts";

/** The provider's app registration, its credentials and their rotation. */
export const appRegistration = {
  AppNotFound: {
    kind: "notFound",
    cause: "the provider's tenant has no app registration with the client id of the config",
  },
  AppNotReplicated: {
    kind: "unavailable",
    cause: "the new app registration is not replicated in the directory yet",
    retryable: true,
  },
  ApplicationRightsMissing: {
    kind: "forbidden",
    cause: "the administrator cannot change app registrations",
    actor: "provider's administrator",
  },
  CredentialExists: { kind: "conflict", cause: "the app has a federated credential with this name or subject" },
  CredentialNameTaken: { kind: "conflict", cause: "the app has a credential with this name" },
  CredentialNotFound: { kind: "notFound", cause: "the app has no such credential" },
  CredentialAmbiguous: { kind: "conflict", cause: "several credentials of the app have this name" },
  CredentialInUse: { kind: "conflict", cause: "the config uses the credential, or it is unknown whether it does" },
  TooManyCredentials: {
    kind: "conflict",
    cause: "the app has the maximum number of federated credentials",
    actor: "provider's administrator",
  },
  NoCredentialToRotate: { kind: "usage", cause: "the config has no credential that can be rotated" },
  NoRotation: { kind: "notFound", cause: "no rotation is in progress" },
  RotationInProgress: { kind: "conflict", cause: "a rotation is in progress already" },
  RotationSwitched: { kind: "conflict", cause: "the config uses the new credential already" },
  RotationStopped: {
    kind: "partial",
    cause: "some tenants refused the new credential; the config still uses the old one",
    actor: "provider's administrator",
    retryable: true,
  },
  RotationOfAnotherApp: { kind: "conflict", cause: "the rotation journal belongs to another app" },
  RotationUnreadable: { kind: "conflict", cause: "the rotation journal cannot be read" },
} as const satisfies CatalogPart;
