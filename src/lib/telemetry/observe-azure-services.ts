import type { Customer } from "../domain/customer.ts";
import type { AzureServices } from "../ports/azure-services.ts";
import { observeConnection, observeProviderQueue } from "./observe-connection.ts";
import type { Observer } from "./observer.ts";

/** The same cloud, with somebody who is told of every message and every call about one; whoever it is may be asked for late. */
export function observeAzureServices(
  azure: AzureServices,
  observing: () => Promise<Observer | undefined>,
): AzureServices {
  const at = ({ name, namespace }: Customer, queue = "") => ({ customer: name, namespace, queue });
  return {
    ...azure,
    connectAsProvider: async (customer) => {
      const observer = await observing();
      if (observer === undefined) return azure.connectAsProvider(customer);
      const call = { operation: "connect", end: at(customer) } as const;
      const connection = await observer.call(call, () => azure.connectAsProvider(customer));
      return observeConnection(connection, { customer, observer, writes: "command", reads: "status" });
    },
    connectAsResponder: async (customer) => {
      const observer = await observing();
      if (observer === undefined) return azure.connectAsResponder(customer);
      const call = { operation: "connect", end: at(customer) } as const;
      const connection = await observer.call(call, () => azure.connectAsResponder(customer));
      return observeConnection(connection, { customer, observer, writes: "status", reads: "command" });
    },
    providerQueue: async (own) => {
      const observer = await observing();
      if (observer === undefined) return azure.providerQueue(own);
      // The provider's own, so no customer's.
      const end = { customer: "", ...own };
      return observeProviderQueue(
        await observer.call({ operation: "connect", end }, () => azure.providerQueue(own)),
        end,
        observer,
      );
    },
  };
}
