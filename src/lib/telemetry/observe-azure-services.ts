import type { Customer } from "../domain/customer.ts";
import type { Cloud } from "../ports/azure-services.ts";
import { observedMailbox, observedOwnOutbox } from "./observe-connection.ts";
import type { Observer } from "./observer.ts";

/** The same cloud, with somebody who is told of every message and every call about one; whoever it is may be asked for late. */
export function observed(cloud: Cloud, observing: () => Promise<Observer | undefined>): Cloud {
  const at = ({ name, namespace }: Customer, queue = "") => ({ customer: name, namespace, queue });
  return {
    ...cloud,
    providerMailbox: async (customer) => {
      const observer = await observing();
      if (observer === undefined) return cloud.providerMailbox(customer);
      const call = { operation: "connect", end: at(customer) } as const;
      const mailbox = await observer.call(call, () => cloud.providerMailbox(customer));
      return observedMailbox(mailbox, { customer, observer, writes: "command", reads: "status" });
    },
    responderMailbox: async (customer) => {
      const observer = await observing();
      if (observer === undefined) return cloud.responderMailbox(customer);
      const call = { operation: "connect", end: at(customer) } as const;
      const mailbox = await observer.call(call, () => cloud.responderMailbox(customer));
      return observedMailbox(mailbox, { customer, observer, writes: "status", reads: "command" });
    },
    ownQueue: async (own) => {
      const observer = await observing();
      if (observer === undefined) return cloud.ownQueue(own);
      // The Provider's own, so no Customer's.
      const end = { customer: "", ...own };
      return observedOwnOutbox(
        await observer.call({ operation: "connect", end }, () => cloud.ownQueue(own)),
        end,
        observer,
      );
    },
  };
}
