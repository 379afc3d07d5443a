import type { Customer } from "../domain/customer.ts";
import type { AzureServices } from "../ports/azure-services.ts";
import { observeConnection, observeProviderQueue } from "./observe-connection.ts";
import type { Observer } from "./observer.ts";

/** The same services with an observer of every message and every call about one. The observer is requested at the first call. */
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
      // It belongs to the provider, not to a customer.
      const end = { customer: "", ...own };
      return observeProviderQueue(
        await observer.call({ operation: "connect", end }, () => azure.providerQueue(own)),
        end,
        observer,
      );
    },
  };
}
