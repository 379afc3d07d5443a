// A script that uses only the SDKs: a credential, a client and a subscription for each customer. It prints each
// message. Usage: node bench/plain-fleet.mjs <config>. JavaScript, so that Node need not strip types first.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { ClientSecretCredential } from "@azure/identity";
import { ServiceBusClient } from "@azure/service-bus";

const [file = "xtenant.json"] = process.argv.slice(2);
const read = (name) => readFileSync(join(dirname(file), name), "utf8");
const { cloud, provider, customers } = JSON.parse(readFileSync(file, "utf8"));
setDefaultCACertificates([...getCACertificates("default"), read("ca.pem")]);
const secret = read("secrets/provider").trim();
for (const { tenantId, namespace, statusQueue } of Object.values(customers)) {
  const credential = new ClientSecretCredential(tenantId, provider.clientId, secret, {
    authorityHost: cloud.authorityHost,
    disableInstanceDiscovery: true,
  });
  const client = new ServiceBusClient(namespace, credential, { customEndpointAddress: cloud.serviceBusEndpoint });
  client.createReceiver(statusQueue).subscribe({
    processMessage: async ({ messageId }) => {
      process.stdout.write(`${JSON.stringify({ type: "message", messageId })}\n`);
    },
    processError: async ({ error }) => {
      process.stderr.write(`${error.message}\n`);
    },
  });
}
