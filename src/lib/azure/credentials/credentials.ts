import type { TokenCredential } from "@azure/identity";
import type { Config, ConfiguredCustomer } from "../../config/config.ts";
import type { TokenCache } from "../../config/token-cache.ts";
import type { TenantId } from "../../domain/customer.ts";
import { omitUndefined } from "../../domain/omit-undefined.ts";
import { Failure } from "../../errors/failure.ts";
import { shareRequests } from "../tokens/shared-requests.ts";
import { requireExistingTenant } from "../tokens/tenant-existence.ts";
import {
  type ReusingCredential,
  reuseToken,
  type TokenOwner,
  withTokenCache,
} from "../tokens/token-cache-credential.ts";
import { checkTokens, type ExpectedToken } from "../tokens/token-check.ts";
import { createCredentialKit, createGuarded, type Surroundings } from "./credential-kit.ts";
import { administratorUseOf, responderUseOf } from "./credential-registry.ts";
import { createOwnFailureGuard } from "./own-failure.ts";
import { createProviderCredentials, noProviderCredential } from "./provider-credential.ts";

/** An identity in one tenant: its credential, and the kind of it for people. */
export type Identity = {
  readonly kind: string;
  readonly credential: TokenCredential;
  /** Set where tokens of earlier runs may be used. */
  readonly refused?: ReusingCredential["refused"];
};

/** The one place where credentials are created. Exactly one identity is used: there is no chain of credentials. */
export type Credentials = {
  /** The provider's app, in a customer's tenant. */
  providerIn(tenantId: TenantId): Promise<Identity>;
  /** The same for messages only: with a token of an earlier run, where the operator allows the cache. */
  messengerIn(tenantId: TenantId): Promise<Identity>;
  /** The administrator of a company's tenant. */
  administratorOf(company: Administered): Promise<Identity>;
  /** The customer's own worker. */
  responderOf(customer: ConfiguredCustomer): Promise<Identity>;
};

/** A customer, or the provider's own tenant. */
type Administered = Pick<ConfiguredCustomer, "tenantId" | "administrator"> & { readonly name: string };

/** Without a provider before the config is written. */
type Configured = Pick<Config, "cloud"> & Partial<Pick<Config, "provider">>;

/** `tokens` are those of earlier runs, where they are cached. The SDK is loaded when a token is requested. */
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
  const logIdentity = (role: string, tenantId: TenantId, kind: string) =>
    surroundings.log.debug(`identity: ${role} in tenant ${tenantId}, by ${kind}`);

  const withChecks = (credential: TokenCredential, expected: ExpectedToken) =>
    shareRequests(checkTokens(requireExistingTenant(credential, cloud, expected.tenantId), expected));
  const owner = (tenantId: TenantId): TokenOwner => ({
    authority: cloud.authorityHost,
    tenantId,
    clientId: String(clientId),
    credential: JSON.stringify(configured),
  });

  const asOne = createOwnFailureGuard();
  const providerIn = memoize(async (tenantId: TenantId) => {
    if (!configured || !clientId) throw noProviderCredential();
    logIdentity(`the provider's app ${clientId}`, tenantId, configured.kind);
    const created = await asOne(tenantId, async () => (await inTenant())(tenantId));
    const checked = withChecks(created, { tenantId, clientId });
    const credential: TokenCredential = {
      getToken: (scopes, options) => asOne(tenantId, () => checked.getToken(scopes, options)),
    };
    return {
      kind: configured.kind,
      credential: tokens ? withTokenCache(credential, tokens, owner(tenantId)) : credential,
    };
  });

  return {
    providerIn,
    messengerIn: memoize(async (tenantId) => {
      if (!tokens || !configured || !clientId) return providerIn(tenantId);
      const createCredential = async () => (await providerIn(tenantId)).credential;
      const expected = { tenantId, clientId };
      const { debug } = surroundings.log;
      return {
        kind: configured.kind,
        ...reuseToken({ tokens, owner: owner(tenantId), expected, createCredential, debug }),
      };
    }),
    // One for each company: a person who signs in for Graph does not sign in again for Resource Manager.
    administratorOf: memoize(async ({ name, tenantId, administrator }: Administered) => {
      logIdentity(`${name}'s administrator`, tenantId, administrator.kind);
      const use = administratorUseOf(administrator);
      const credential = await createGuarded(await kit(), (guarded) => use.create(guarded, tenantId, administrator));
      const clientId = use.clientId?.(administrator);
      return {
        kind: administrator.kind,
        credential: withChecks(credential, { tenantId, ...omitUndefined({ clientId }) }),
      };
    }),
    responderOf: async ({ name, tenantId, responder }) => {
      if (responder === undefined) throw noResponder(name);
      logIdentity(`${name}'s responder`, tenantId, responder.kind);
      const use = responderUseOf(responder);
      const credential = await createGuarded(await kit(), (guarded) => use.create(guarded, tenantId, responder));
      const clientId = use.clientId?.(responder);
      return { kind: responder.kind, credential: withChecks(credential, { tenantId, ...omitUndefined({ clientId }) }) };
    },
  };
}

const noResponder = (customer: string) => new Failure("ResponderMissing", undefined, { params: { customer } });

/** The value is created once, when it is first needed. */
function createOnDemand<Value>(create: () => Promise<Value>): () => Promise<Value> {
  let created: Promise<Value> | undefined;
  return () => (created ??= create());
}

/** One credential for each tenant or customer: it has its own tokens. A failure is not kept. */
function memoize<Key, Value>(create: (key: Key) => Promise<Value>): (key: Key) => Promise<Value> {
  const created = new Map<Key, Promise<Value>>();
  return (key) => {
    const known = created.get(key) ?? create(key);
    created.set(key, known);
    known.catch(() => created.delete(key));
    return known;
  };
}
