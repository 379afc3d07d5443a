import type { TokenCredential } from "@azure/identity";
import type { Config, ConfiguredCustomer } from "../../config/config.ts";
import type { TokenCache } from "../../config/token-cache.ts";
import type { TenantId } from "../../domain/customer.ts";
import { omitUndefined } from "../../domain/omit-undefined.ts";
import { Failure } from "../../errors/failure.ts";
import { createCredentialKit, type Surroundings } from "./credential-kit.ts";
import { administratorUseOf, responderUseOf } from "./credential-registry.ts";
import { createProviderCredentials, noProviderCredential } from "./provider-credential.ts";
import { requireExistingTenant } from "./tenant-existence.ts";
import { type ReusingCredential, reuseToken, type TokenOwner, withTokenCache } from "./token-cache-credential.ts";
import { checkTokens, type ExpectedToken } from "./token-check.ts";

/** An identity in one tenant: the credential that proves it, and the kind that people are shown. */
export type Identity = {
  readonly kind: string;
  readonly credential: TokenCredential;
  /** Where tokens of earlier runs may be handed out. */
  readonly refused?: ReusingCredential["refused"];
};

/** The one place where credentials are made. Exactly one identity is tried: there is no chain that falls through. */
export type Credentials = {
  /** The Provider's app, in a Customer's tenant. */
  providerIn(tenantId: TenantId): Promise<Identity>;
  /** The same for messages only: with a token that an earlier run has left, where the operator has them kept. */
  messengerIn(tenantId: TenantId): Promise<Identity>;
  /** Whoever administers a company's tenant. */
  administratorOf(company: Administered): Promise<Identity>;
  /** The Customer's own worker. */
  responderOf(customer: ConfiguredCustomer): Promise<Identity>;
};

/** A Customer, or the Provider's own tenant. */
type Administered = Pick<ConfiguredCustomer, "tenantId" | "administrator"> & { readonly name: string };

/** Without a Provider in it: as long as the config is not written yet. */
type Configured = Pick<Config, "cloud"> & Partial<Pick<Config, "provider">>;

/** `tokens` are those of earlier runs, where they are kept. The SDK is loaded when somebody has to be asked for a token. */
export function createCredentials(
  { cloud, provider }: Configured,
  surroundings: Surroundings,
  tokens?: TokenCache,
): Credentials {
  const kit = createOnDemand(() => createCredentialKit(cloud, surroundings));
  const configured = provider?.credential;
  const clientId = provider?.clientId;
  const inTenant = createOnDemand(async () => {
    if (!configured || !clientId) throw noProviderCredential();
    return createProviderCredentials(await kit(), clientId, configured);
  });
  const shown = (role: string, tenantId: TenantId, kind: string) =>
    surroundings.log.debug(`identity: ${role} in tenant ${tenantId}, by ${kind}`);

  const checked = (credential: TokenCredential, expected: ExpectedToken) =>
    checkTokens(requireExistingTenant(credential, cloud, expected.tenantId), expected);
  const owner = (tenantId: TenantId): TokenOwner => ({
    authority: cloud.authorityHost,
    tenantId,
    clientId: String(clientId),
    credential: JSON.stringify(configured),
  });

  const providerIn = memoize(async (tenantId: TenantId) => {
    if (!configured || !clientId) throw noProviderCredential();
    shown(`the Provider's app ${clientId}`, tenantId, configured.kind);
    const credential = checked(await (await inTenant())(tenantId), { tenantId, clientId });
    return {
      kind: configured.kind,
      credential: tokens ? withTokenCache(credential, tokens, owner(tenantId)) : credential,
    };
  });

  return {
    providerIn,
    messengerIn: memoize(async (tenantId) => {
      if (!tokens || !configured || !clientId) return providerIn(tenantId);
      const ask = async () => (await providerIn(tenantId)).credential;
      const expected = { tenantId, clientId };
      const { debug } = surroundings.log;
      return { kind: configured.kind, ...reuseToken({ tokens, owner: owner(tenantId), expected, ask, debug }) };
    }),
    // Remembered, so that a person who signs in for Graph is not asked again for Resource Manager.
    administratorOf: memoize(async ({ name, tenantId, administrator }: Administered) => {
      shown(`${name}'s administrator`, tenantId, administrator.kind);
      const use = administratorUseOf(administrator);
      const credential = await use.create(await kit(), tenantId, administrator);
      const clientId = use.clientId?.(administrator);
      return {
        kind: administrator.kind,
        credential: checked(credential, { tenantId, ...omitUndefined({ clientId }) }),
      };
    }),
    responderOf: async ({ name, tenantId, responder }) => {
      if (responder === undefined) throw noResponder(name);
      shown(`${name}'s responder`, tenantId, responder.kind);
      const use = responderUseOf(responder);
      const credential = await use.create(await kit(), tenantId, responder);
      const clientId = use.clientId?.(responder);
      return { kind: responder.kind, credential: checked(credential, { tenantId, ...omitUndefined({ clientId }) }) };
    },
  };
}

const noResponder = (customer: string) => new Failure("ResponderMissing", undefined, { params: { customer } });

/** Made when it is first wanted, and once. */
function createOnDemand<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
}

/** One credential for each tenant or Customer in a process: its token cache is inside it. */
function memoize<Key, Value>(make: (key: Key) => Promise<Value>): (key: Key) => Promise<Value> {
  const made = new Map<Key, Promise<Value>>();
  return (key) => {
    const known = made.get(key) ?? make(key);
    made.set(key, known);
    known.catch(() => made.delete(key));
    return known;
  };
}
