// The client of a script that uses only the SDKs: a customer's namespace in a sandbox, with a secret.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { ClientSecretCredential } from "@azure/identity";
import { ServiceBusClient } from "@azure/service-bus";

export function clientFor(folder, name) {
  const read = (file) => readFileSync(join(folder, file), "utf8");
  const { cloud, provider, customers } = JSON.parse(read("xtenant.json"));
  const customer = customers[name];
  setDefaultCACertificates([...getCACertificates("default"), read("ca.pem")]);
  const credential = new ClientSecretCredential(customer.tenantId, provider.clientId, read("secrets/provider"), {
    authorityHost: cloud.authorityHost,
    disableInstanceDiscovery: true,
  });
  const client = new ServiceBusClient(customer.namespace, credential, {
    customEndpointAddress: cloud.serviceBusEndpoint,
  });
  return { client, customer };
}
