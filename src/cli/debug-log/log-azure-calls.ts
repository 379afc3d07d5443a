import type { Customer } from "../../lib/domain/customer.ts";
import type { Cloud } from "../../lib/ports/azure-services.ts";
import type { Trace } from "./debug-log.ts";
import { tracedMailbox } from "./log-connection-calls.ts";
import { createTally, tracedOutbox } from "./log-link-calls.ts";
import { timed } from "./timed-call.ts";

/** The same cloud, telling of each thing that it is asked for. */
export function tracedCloud(cloud: Cloud, trace: Trace): Cloud {
  const asked = <T>(what: string, whose: Customer | undefined, work: () => Promise<T>) =>
    timed(trace, "asked", { what, ...(whose && whoseTold(whose)) }, work);
  return {
    resolveTenant: (...args) => asked("resolveTenant", undefined, () => cloud.resolveTenant(...args)),
    confirmTenant: (customer) => asked("confirmTenant", customer, () => cloud.confirmTenant(customer)),
    signIn: (customer) => asked("signIn", customer, () => cloud.signIn(customer)),
    tryCredential: (...args) => asked("tryCredential", undefined, () => cloud.tryCredential(...args)),
    proof: () => asked("proof", undefined, () => cloud.proof()),
    registrations: (home) => asked("registrations", undefined, () => cloud.registrations(home)),
    directory: (customer) => asked("directory", customer, () => cloud.directory(customer)),
    access: (customer) => asked("access", customer, () => cloud.access(customer)),
    countMessages: (customer, role) => asked("countMessages", customer, () => cloud.countMessages(customer, role)),
    providerMailbox: async (customer) => {
      const mailbox = await asked("providerMailbox", customer, () => cloud.providerMailbox(customer));
      return tracedMailbox(mailbox, trace, whoseTold(customer));
    },
    responderMailbox: async (customer) => {
      const mailbox = await asked("responderMailbox", customer, () => cloud.responderMailbox(customer));
      return tracedMailbox(mailbox, trace, whoseTold(customer));
    },
    ownQueue: async (own) => {
      const outbox = await asked("ownQueue", undefined, () => cloud.ownQueue(own));
      const tally = createTally(trace, { namespace: own.namespace, link: own.queue });
      return {
        ...tracedOutbox(outbox, tally),
        [Symbol.asyncDispose]: async () => {
          await outbox[Symbol.asyncDispose]();
          tally.close();
        },
      };
    },
  };
}

const whoseTold = ({ name, tenantId, namespace }: Customer) => ({ customer: name, tenantId, namespace });
