import type { Customer } from "../../lib/domain/customer.ts";
import type { AzureServices } from "../../lib/ports/azure-services.ts";
import { decorateServices, type ServiceName } from "../../lib/ports/decorate-services.ts";
import type { DebugLog } from "./debug-log.ts";
import { logConnectionCalls } from "./log-connection-calls.ts";
import { createOperationCounters, logSenderCalls } from "./log-link-calls.ts";
import { logTimedCall } from "./timed-call.ts";

/** The calls whose first argument is a customer. The arguments of the others are not logged: they may hold secrets. */
const customerCalls: ReadonlySet<ServiceName> = new Set<ServiceName>([
  "confirmTenant",
  "signIn",
  "directory",
  "roleAssignments",
  "countMessages",
  "connectAsProvider",
  "connectAsResponder",
]);

/** The same services; each call is written to the debug log. */
export function logAzureCalls(azure: AzureServices, trace: DebugLog): AzureServices {
  const logged = decorateServices(
    () => azure,
    (what, [first], call) => {
      const owner = customerCalls.has(what) ? ownerOf(first as Customer) : {};
      return logTimedCall(trace, "asked", { what, ...owner }, call);
    },
  );
  return {
    ...logged,
    connectAsProvider: async (customer) =>
      logConnectionCalls(await logged.connectAsProvider(customer), trace, ownerOf(customer)),
    connectAsResponder: async (customer) =>
      logConnectionCalls(await logged.connectAsResponder(customer), trace, ownerOf(customer)),
    providerQueue: async (queue) => {
      const sender = await logged.providerQueue(queue);
      const tally = createOperationCounters(trace, { namespace: queue.namespace, link: queue.queue });
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

const ownerOf = ({ name, tenantId, namespace }: Customer) => ({ customer: name, tenantId, namespace });
