import { readFile } from "node:fs/promises";
import { join } from "node:path";
import tls from "node:tls";
import { ClientSecretCredential } from "@azure/identity";
import { ServiceBusClient } from "@azure/service-bus";
import { openSandbox } from "../e2e/xtenant.ts";
import { random as seeded } from "../fakes/random.ts";
import { openToxicProxy } from "./proxy.ts";

type Document = {
  readonly cloud: { readonly serviceBusEndpoint: string; readonly authorityHost: string };
  readonly provider: { readonly clientId: string };
  readonly customers: { readonly acme: { readonly tenantId: string; readonly namespace: string } };
};

/**
 * Uses Service Bus without xtenant: the SDK alone, the provider's app with its secret, and acme's namespace behind a
 * toxic network. The sandbox runs in its own process.
 */
export async function openBareSdk(seed: number) {
  const sandbox = await openSandbox();
  await sandbox.x("onboard", "acme", "--provision");
  await sandbox.x("grant", "acme", "--role", "data-owner", "--wait");
  const authority = await readFile(join(sandbox.folder, "ca.pem"), "utf8");
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), authority]);
  const { cloud, provider, customers }: Document = JSON.parse(await readFile(sandbox.config, "utf8"));
  const { tenantId, namespace } = customers.acme;
  const secret = (await readFile(join(sandbox.folder, "secrets/provider"), "utf8")).trim();
  const credential = new ClientSecretCredential(tenantId, provider.clientId, secret, {
    authorityHost: cloud.authorityHost,
    disableInstanceDiscovery: true,
  });
  const proxies: Awaited<ReturnType<typeof openToxicProxy>>[] = [];
  const client = (endpoint: string) =>
    new ServiceBusClient(namespace, credential, {
      customEndpointAddress: endpoint,
      retryOptions: { maxRetries: 1, retryDelayInMs: 500 },
    });
  return {
    /** A client with its own network. */
    async behindProxy() {
      const proxy = await openToxicProxy(Number(new URL(cloud.serviceBusEndpoint).port), seeded(seed));
      proxies.push(proxy);
      return { proxy, client: client(`sb://localhost:${proxy.port}`) };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await sandbox[Symbol.asyncDispose]();
    },
  };
}
