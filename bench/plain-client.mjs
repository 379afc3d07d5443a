// What somebody writes who has only the SDKs: one message to acme's command queue, or all of the status queue, with a secret.
// Usage: node bench/plain-client.mjs <sandbox folder> send|poll. JavaScript, so that Node need not strip types first.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { ClientSecretCredential } from "@azure/identity";
import { ServiceBusClient } from "@azure/service-bus";

const [folder = ".", what] = process.argv.slice(2);
const read = (name) => readFileSync(join(folder, name), "utf8");
const { cloud, provider, customers } = JSON.parse(read("xtenant.json"));
setDefaultCACertificates([...getCACertificates("default"), read("ca.pem")]);
const credential = new ClientSecretCredential(customers.acme.tenantId, provider.clientId, read("secrets/provider"), {
  authorityHost: cloud.authorityHost,
  disableInstanceDiscovery: true,
});
const client = new ServiceBusClient(customers.acme.namespace, credential, {
  customEndpointAddress: cloud.serviceBusEndpoint,
});
if (what === "send") {
  await client.createSender(customers.acme.commandQueue).sendMessages({ body: "hi" });
} else {
  const receiver = client.createReceiver(customers.acme.statusQueue);
  for (const message of await receiver.receiveMessages(50, { maxWaitTimeInMs: 1000 }))
    await receiver.completeMessage(message);
}
await client.close();
