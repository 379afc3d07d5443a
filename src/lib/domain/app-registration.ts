import type { Guid } from "./customer.ts";

/** An app registration by its client id, or by its unique name, which makes creation safe to repeat. */
export type AppReference = { readonly clientId: Guid } | { readonly uniqueName: string };

export type WantedApp = { readonly displayName: string; readonly redirectUris: readonly string[] };

export type AppRegistration = {
  readonly objectId: Guid;
  readonly clientId: Guid;
  readonly uniqueName?: string;
  readonly displayName: string;
  /** The domain of the provider that Entra shows where no publisher is verified. */
  readonly publisherDomain?: string;
  /** The publisher that Microsoft has verified. */
  readonly verifiedPublisher?: string;
  /** Absent where it is not known. */
  readonly createdAt?: Date;
  readonly audience: string;
  readonly redirectUris: readonly string[];
  /** Whether the app's service principal is locked against changes in a customer's tenant. */
  readonly isLocked: boolean;
  /** `<resource app id>/<permission id>` of each permission that the app requests. */
  readonly permissions: readonly string[];
  readonly credentials: readonly AppCredential[];
};

/** A directory has several replicas. For some time, some of them do not know a new app. */
export const replicationMilliseconds = 2 * 60_000;

/** What Entra accepts as the app's credential. A key or secret has an end; trust in another issuer has none. */
export type AppCredential =
  | ({ readonly kind: "federated"; readonly id: string; readonly name: string } & Assertion)
  | {
      readonly kind: "certificate";
      readonly id: string;
      readonly name: string;
      /** SHA-1 of the certificate in hexadecimal capitals, as Graph's customKeyIdentifier. */
      readonly thumbprint: string;
      readonly endsAt: Date;
    }
  | {
      readonly kind: "secret";
      readonly id: string;
      readonly name: string;
      /** The first characters of the secret. Entra shows no more of it. */
      readonly hint: string;
      readonly endsAt: Date;
    };

/** Issuer, subject and audience of another issuer's tokens. Each is compared exactly. */
export type Assertion = { readonly issuer: string; readonly subject: string; readonly audience: string };

/** Trust in another issuer's tokens. Its name cannot be changed. */
export type FederatedTrust = Assertion & { readonly name: string };

export const multiTenant = "AzureADMultipleOrgs";

/** Where `onboard --listen` waits. Entra ignores the port of a localhost address. */
const listenerRedirectUri = "http://localhost/xtenant/consent";

/** The pattern's own page after consent, unless the config names another. The app registration must list it. */
export const landingPage = "https://entra.microsoft.com";

/** Microsoft Graph's delegated `openid`: the smallest permission that consent can request. It grants no access. */
export const signInPermission = "00000003-0000-0000-c000-000000000000/37f7f235-527c-4136-accd-4a02d197296e";

export const wantedApp = (displayName: string, consentRedirectUri: string): WantedApp => ({
  displayName,
  redirectUris: [...new Set([listenerRedirectUri, consentRedirectUri])],
});

/** One property of the app registration that differs from the wanted value. */
export type AppDrift = { readonly property: string; readonly found: string; readonly wanted: string };

export const appDriftOf = (app: AppRegistration, wanted: Pick<WantedApp, "redirectUris">): readonly AppDrift[] => [
  ...(app.audience === multiTenant ? [] : [{ property: "audience", found: app.audience, wanted: multiTenant }]),
  ...(app.isLocked ? [] : [{ property: "lock", found: "open", wanted: "all properties locked" }]),
  ...wanted.redirectUris
    .filter((uri) => !app.redirectUris.includes(uri))
    .map((uri) => ({ property: "redirectUris", found: "missing", wanted: uri })),
  ...beyond(app.redirectUris, [...wanted.redirectUris, landingPage], "redirectUris"),
  ...(app.permissions.includes(signInPermission)
    ? []
    : [{ property: "permissions", found: "missing", wanted: signInPermission }]),
  ...beyond(app.permissions, [signInPermission], "permissions"),
];

const beyond = (found: readonly string[], wanted: readonly string[], property: string): readonly AppDrift[] =>
  found.filter((one) => !wanted.includes(one)).map((one) => ({ property, found: one, wanted: "nothing beyond" }));

/** Whole days until that time, rounded down; negative after it. */
export const daysUntil = (then: Date, now: Date): number => Math.floor((then.getTime() - now.getTime()) / 86_400_000);
