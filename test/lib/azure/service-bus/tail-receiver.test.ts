import { ServiceBusClient } from "@azure/service-bus";
import { expect, onTestFinished, test } from "vitest";
import { tailQueue } from "../../../../src/lib/azure/service-bus/tail-receiver.ts";
import { heldMessage } from "../../../fakes/inbox.ts";

const context = { customer: "acme", tenant: "acme.example", namespace: "acme-bus.servicebus.windows.net" };

/** A receiver that delivers one message when it is subscribed to, and whose closing ends when `closed` is resolved. */
function receiverWithOne() {
  const closed = Promise.withResolvers<void>();
  const client = new ServiceBusClient(context.namespace, { getToken: async () => null });
  const receiver = Object.assign(client.createReceiver("statuses"), {
    subscribe: ({ processMessage }: { processMessage: (message: { body: string }) => Promise<void> }) => {
      void processMessage({ body: "one" });
      return { close: () => closed.promise };
    },
  });
  return { receiver, closed };
}

test("a consumer that leaves a tail while it closes causes no unhandled rejection", async () => {
  const rejected: unknown[] = [];
  const note = (reason: unknown) => void rejected.push(reason);
  process.on("unhandledRejection", note);
  onTestFinished(() => void process.off("unhandledRejection", note));
  const { receiver, closed } = receiverWithOne();
  const ending = new AbortController();
  const ping = async () => [];
  const messages = tailQueue(receiver, { hold: () => heldMessage(1, []), context, signal: ending.signal, ping });
  await messages.next();

  ending.abort();
  const left = messages.return(undefined);
  closed.resolve();
  await left;
  await new Promise((resolve) => setImmediate(resolve));

  expect(rejected).toEqual([]);
});
