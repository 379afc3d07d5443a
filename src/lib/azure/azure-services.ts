import type { Config, ConfiguredCustomer } from "../config/config.ts";
import { openTokenCache } from "../config/token-cache.ts";
import type { CloudEndpoints } from "../domain/cloud-endpoints.ts";
import { type Customer, parseGuid, parseTenantId, queueOf } from "../domain/customer.ts";
import { omitUndefined } from "../domain/omit-undefined.ts";
import { Failure } from "../errors/failure.ts";
import type { AzureServices, NamespaceConnection } from "../ports/azure-services.ts";
import { openAccess } from "./arm/role-assignments.ts";
import { callAzure } from "./call-policy.ts";
import type { Surroundings } from "./credentials/credential-kit.ts";
import { type Credentials, createCredentials } from "./credentials/credentials.ts";
import { noProviderCredential, readFingerprint } from "./credentials/provider-credential.ts";
import { guardEnvironment } from "./environment-guard.ts";
import type { ErrorContext } from "./error-mapping.ts";
import { openRegistrations } from "./graph/app-registrations.ts";
import { openDirectory } from "./graph/directory.ts";
import { connectLimiter } from "./service-bus/connect-limiter.ts";
import type { NamespaceConnectionOptions } from "./service-bus/namespace-connection.ts";
import { createTransportSelector } from "./service-bus/transport-selection.ts";
import { discoverTenant } from "./tokens/tenant-discovery.ts";
import { claimsOf } from "./tokens/token-claims.ts";

/** The scope that core-amqp requests in every cloud, with its double slash: the same scope shares the token. */
const serviceBusScope = "https://servicebus.azure.net//.default";

/** The ports over Azure. SDKs are loaded, and the config is read, when the first call needs them. */
export function createAzureServices(readConfig: () => Promise<Config>, surroundings: Surroundings): AzureServices {
  const { unfinished } = surroundings;
  let starting: Promise<{ config: Config; credentials: Credentials }> | undefined;
  const ready = async (cloud: CloudEndpoints) => {
    guardEnvironment(cloud, surroundings.env);
    await surroundings.prepareProcess?.(cloud);
  };
  const start = async () => {
    const config = await readConfig();
    await ready(config.cloud);
    const tokens = openTokenCache(surroundings.env, surroundings.log);
    return { config, credentials: createCredentials(config, surroundings, tokens) };
  };
  const routeTo = createTransportSelector(surroundings);
  const started = () => (starting ??= start());

  const connection = async (
    customer: Customer,
    ends: Pick<NamespaceConnectionOptions, "writes" | "reads">,
  ): Promise<NamespaceConnection> => {
    const { config, credentials } = await started();
    const identity =
      ends.writes === "command"
        ? await credentials.messengerIn(customer.tenantId)
        : await credentials.responderOf(configured(config, customer));
    const requestToken = () => identity.credential.getToken(serviceBusScope);
    const context = {
      ...errorContextOf(customer),
      requestToken,
      ...omitUndefined({
        refused: identity.refused,
        unfinished,
        isResponder: ends.reads === "command" ? (true as const) : undefined,
      }),
    };
    using _place = await connectLimiter();
    return await openWithToken(callAzure(context, requestToken), async () => {
      const [{ openNamespaceConnection }, route] = await Promise.all([
        import("./service-bus/namespace-connection.ts"),
        routeTo(config, customer.namespace),
      ]);
      return openNamespaceConnection(config.cloud, { customer, identity, context, route, ...ends });
    });
  };

  const ownQueue: AzureServices["providerQueue"] = async (own) => {
    const { config, credentials } = await started();
    const { tenantId: tenant } = config.provider;
    const identity = await credentials.messengerIn(tenant);
    const { refused } = identity;
    const requestToken = () => identity.credential.getToken(serviceBusScope);
    const place = { customer: "the provider", tenant, namespace: own.namespace };
    const context = { ...place, requestToken, ...omitUndefined({ refused, unfinished }) };
    return openWithToken(callAzure(context, requestToken), async () => {
      const [{ openProviderQueue }, route] = await Promise.all([
        import("./service-bus/provider-queue.ts"),
        routeTo(config, own.namespace),
      ]);
      return openProviderQueue(config.cloud, { own, identity, context, route });
    });
  };

  return {
    resolveTenant: async (cloud, tenant) => {
      guardEnvironment(cloud, surroundings.env);
      if ("id" in tenant) return tenant.id;
      await ready(cloud);
      return discoverTenant(cloud, tenant.domain);
    },
    confirmTenant: async (customer) => {
      const { config } = await started();
      await callAzure(errorContextOf(customer), () => discoverTenant(config.cloud, customer.tenantId));
    },
    signIn: async (customer) => {
      const { credentials } = await started();
      const { kind, credential } = await credentials.providerIn(customer.tenantId);
      return callAzure(errorContextOf(customer), async () =>
        principalOf(await credential.getToken(serviceBusScope), kind),
      );
    },
    credentialFor: async (customer) => {
      const { credentials } = await started();
      const { credential } = await credentials.providerIn(customer.tenantId);
      const context = errorContextOf(customer);
      return { getToken: (scopes, options) => callAzure(context, () => credential.getToken(scopes, options)) };
    },
    tryCredential: async (credential, tenant, whose) => {
      const { config } = await started();
      const { providerIn } = createCredentials(
        { ...config, provider: { ...config.provider, credential } },
        surroundings,
      );
      const identity = await providerIn(tenant);
      return callAzure({ customer: whose, tenant, namespace: "" }, async () =>
        principalOf(await identity.credential.getToken(serviceBusScope), identity.kind),
      );
    },
    fingerprint: async () => {
      const { config } = await started();
      const { credential, tenantId: tenant } = config.provider;
      if (credential === undefined) throw noProviderCredential();
      const context = { customer: "the provider", tenant, namespace: "" };
      return callAzure(context, () => readFingerprint(config.cloud, credential, surroundings));
    },
    appRegistrations: async ({ cloud, provider }) => {
      await ready(cloud);
      const { administratorOf } = createCredentials({ cloud }, surroundings);
      const { tenantId: tenant, administrator } = provider;
      const { credential } = await administratorOf({ name: "the provider", tenantId: tenant, administrator });
      return openRegistrations(cloud, credential, { customer: "the provider", tenant, namespace: "" });
    },
    directory: async (customer) => {
      const { config, credentials } = await started();
      const { credential } = await credentials.administratorOf(configured(config, customer));
      return openDirectory(config.cloud, credential, errorContextOf(customer));
    },
    roleAssignments: async (customer) => {
      const { config, credentials } = await started();
      const { credential } = await credentials.administratorOf(configured(config, customer));
      const { subscriptionId } = customer;
      if (subscriptionId === undefined)
        throw new Failure("SubscriptionMissing", `customers.${customer.name}.subscriptionId is not set`, {
          params: { customer: customer.name },
        });
      return openAccess(config.cloud, { credential, subscriptionId }, errorContextOf(customer));
    },
    connectAsProvider: (customer) => connection(customer, { writes: "command", reads: "status" }),
    connectAsResponder: (customer) => connection(customer, { writes: "status", reads: "command" }),
    countMessages: async (customer, role) => {
      const { config, credentials } = await started();
      const context = errorContextOf(customer);
      const identity = await credentials.providerIn(customer.tenantId);
      const { countMessages } = await import("./service-bus/queue-counts.ts");
      return countMessages(config.cloud, queueOf(customer, role), { identity, context });
    },
    providerQueue: ownQueue,
  };
}

/** The token is requested and checked while the connection opens. Nothing is sent over it before the token is good. */
async function openWithToken<Connection extends AsyncDisposable>(
  token: Promise<unknown>,
  open: () => Promise<Connection>,
): Promise<Connection> {
  token.catch(() => {});
  const opened = await open();
  try {
    await token;
  } catch (error) {
    await opened[Symbol.asyncDispose]();
    throw error;
  }
  return opened;
}

const errorContextOf = ({ name, tenantId, namespace }: Customer): ErrorContext => ({
  customer: name,
  tenant: tenantId,
  namespace,
});

const configured = ({ customers }: Config, { name }: Customer): ConfiguredCustomer => {
  const found = customers.get(name);
  if (found === undefined) throw new Error(`${name} is not in the config`);
  return found;
};

/** The service principal of a token. A token without an object id has none, and can hold no role. */
function principalOf(token: { token: string; expiresOnTimestamp: number } | null, credential: string) {
  const claims = claimsOf(token?.token ?? "");
  if (typeof claims.oid !== "string" || token === null) throw new Failure("NoServicePrincipal");
  return {
    tenantId: parseTenantId(String(claims.tid)),
    clientId: parseGuid(String(claims.appid ?? claims.azp)),
    objectId: parseGuid(claims.oid),
    credential,
    expiresAt: new Date(token.expiresOnTimestamp),
  };
}
