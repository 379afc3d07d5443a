import type { Customer } from "../../lib/domain/customer.ts";
import type { AzureServices } from "../../lib/ports/azure-services.ts";
import type { DebugLog } from "./debug-log.ts";
import { logConnectionCalls } from "./log-connection-calls.ts";
import { createOperationCounters, logSenderCalls } from "./log-link-calls.ts";
import { logTimedCall } from "./timed-call.ts";

/** The same cloud, telling of each thing that it is asked for. */
export function logAzureCalls(azure: AzureServices, trace: DebugLog): AzureServices {
  const asked = <T>(what: string, whose: Customer | undefined, work: () => Promise<T>) =>
    logTimedCall(trace, "asked", { what, ...(whose && withOwner(whose)) }, work);
  return {
    resolveTenant: (...args) => asked("resolveTenant", undefined, () => azure.resolveTenant(...args)),
    confirmTenant: (customer) => asked("confirmTenant", customer, () => azure.confirmTenant(customer)),
    signIn: (customer) => asked("signIn", customer, () => azure.signIn(customer)),
    tryCredential: (...args) => asked("tryCredential", undefined, () => azure.tryCredential(...args)),
    fingerprint: () => asked("proof", undefined, () => azure.fingerprint()),
    appRegistrations: (home) => asked("registrations", undefined, () => azure.appRegistrations(home)),
    directory: (customer) => asked("directory", customer, () => azure.directory(customer)),
    roleAssignments: (customer) => asked("access", customer, () => azure.roleAssignments(customer)),
    countMessages: (customer, role) => asked("countMessages", customer, () => azure.countMessages(customer, role)),
    connectAsProvider: async (customer) => {
      const connection = await asked("providerMailbox", customer, () => azure.connectAsProvider(customer));
      return logConnectionCalls(connection, trace, withOwner(customer));
    },
    connectAsResponder: async (customer) => {
      const connection = await asked("responderMailbox", customer, () => azure.connectAsResponder(customer));
      return logConnectionCalls(connection, trace, withOwner(customer));
    },
    providerQueue: async (own) => {
      const sender = await asked("ownQueue", undefined, () => azure.providerQueue(own));
      const tally = createOperationCounters(trace, { namespace: own.namespace, link: own.queue });
      return {
        ...logSenderCalls(sender, tally),
        [Symbol.asyncDispose]: async () => {
          await sender[Symbol.asyncDispose]();
          tally.close();
        },
      };
    },
  };
}

const withOwner = ({ name, tenantId, namespace }: Customer) => ({ customer: name, tenantId, namespace });
