import { ServiceBusClient } from "@azure/service-bus";
import { onTestFinished } from "vitest";
import { openBroker, openQueue } from "../../../../sandbox/test/service-bus/open-broker.ts";
import { passBareMessages } from "../../../../src/lib/azure/service-bus/raw-messages.ts";
import { openReceiver } from "../../../../src/lib/azure/service-bus/receiver.ts";
import { receiveFromLink } from "../../../../src/lib/azure/service-bus/sessions.ts";

/** A queue of a broker that runs until the test ends, with receivers of the SDK and of the program. */
export async function openQueueClient(settings: Parameters<typeof openQueue>[1] = {}) {
  const broker = await openBroker();
  onTestFinished(() => broker.close());
  const { host, queue, oid } = await openQueue(broker, settings);
  const getToken = async () => {
    const token = await broker.call("mint", { tenant: "acme", oid });
    return { token, expiresOnTimestamp: Date.now() + 3600_000 };
  };
  passBareMessages();
  const client = new ServiceBusClient(host, { getToken }, { customEndpointAddress: `sb://localhost:${broker.port}` });
  onTestFinished(() => client.close());
  const context = { customer: "acme", tenant: "acme", namespace: host };
  const sdkReceiver = () => client.createReceiver(queue, receiveFromLink);
  return { sdkReceiver, openAnother: () => openReceiver(sdkReceiver(), context), sender: client.createSender(queue) };
}
