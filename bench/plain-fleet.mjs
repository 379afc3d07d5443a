// A script that uses only the SDKs: a credential, a client and a subscription for each customer. It prints each
// message. With `send`, it sends one message to each instead, all at once, and ends. Usage: node bench/plain-fleet.mjs
// <config> [send]. JavaScript, so that Node need not strip types first.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { ClientSecretCredential } from "@azure/identity";
import { ServiceBusClient } from "@azure/service-bus";

const [file = "xtenant.json", what = "subscribe"] = process.argv.slice(2);
const read = (name) => readFileSync(join(dirname(file), name), "utf8");
const { cloud, provider, customers } = JSON.parse(readFileSync(file, "utf8"));
setDefaultCACertificates([...getCACertificates("default"), read("ca.pem")]);
const secret = read("secrets/provider").trim();
for (const { tenantId, namespace, commandQueue, statusQueue } of Object.values(customers)) {
  const credential = new ClientSecretCredential(tenantId, provider.clientId, secret, {
    authorityHost: cloud.authorityHost,
    disableInstanceDiscovery: true,
  });
  const client = new ServiceBusClient(namespace, credential, { customEndpointAddress: cloud.serviceBusEndpoint });
  if (what === "send") {
    const send = async () => {
      await client.createSender(commandQueue).sendMessages({ body: "hi" });
      await client.close();
    };
    send().catch(({ message }) => process.stderr.write(`${message}\n`));
    continue;
  }
  client.createReceiver(statusQueue).subscribe({
    processMessage: async ({ messageId }) => {
      process.stdout.write(`${JSON.stringify({ type: "message", messageId })}\n`);
    },
    processError: async ({ error }) => {
      process.stderr.write(`${error.message}\n`);
    },
  });
}
