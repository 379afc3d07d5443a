import { Agent } from "node:https";
import type { LookupFunction } from "node:net";
import { ServiceBusAdministrationClient, type ServiceBusAdministrationClientOptions } from "@azure/service-bus";
import type { CloudEndpoints } from "../../domain/cloud-endpoints.ts";
import type { MessageCounts } from "../../domain/message-counts.ts";
import { Failure } from "../../errors/failure.ts";
import { callAzure } from "../call-policy.ts";
import type { Identity } from "../credentials/credentials.ts";
import type { ErrorContext } from "../error-mapping.ts";
import { createHttpGuard } from "../http/http-guard.ts";
import { administrationFailure } from "./administration-failure.ts";

/** Status repeats the call; a namespace that does not answer must not delay those of the other customers. */
const retryOptions = { maxRetries: 1, maxRetryDelayInMs: 1_000 };
const answerMilliseconds = 10_000;

/** The message counts of a queue, from the administration API of its namespace, over HTTPS. Needs the Manage claim. */
export async function countMessages(
  cloud: CloudEndpoints,
  queue: string,
  { identity, context }: { readonly identity: Identity; readonly context: ErrorContext },
): Promise<MessageCounts> {
  const { host, options } = administrationEndpoint(cloud, context.namespace);
  const guard = createHttpGuard("XML");
  const client = new ServiceBusAdministrationClient(host, identity.credential, { retryOptions, ...options });
  client.pipeline.addPolicy(guard.policy, { afterPhase: "Sign" });
  const count = () => client.getQueueRuntimeProperties(queue, { abortSignal: AbortSignal.timeout(answerMilliseconds) });
  const counted = await callAzure(context, () => guard.call(() => count().catch(refusedOrLate(context))));
  return {
    active: counted.activeMessageCount,
    deadLetter: counted.deadLetterMessageCount,
    scheduled: counted.scheduledMessageCount,
  };
}

const targetMilliseconds = 3_000;

/** The queue to which a queue forwards its messages or its dead letters; undefined where it cannot be read. */
export async function readForwardTarget(
  cloud: CloudEndpoints,
  queue: string,
  { identity, namespace, deadLetters }: { identity: Identity; namespace: string; deadLetters: boolean },
): Promise<string | undefined> {
  const { host, options } = administrationEndpoint(cloud, namespace);
  const client = new ServiceBusAdministrationClient(host, identity.credential, {
    retryOptions: { maxRetries: 0 },
    ...options,
  });
  try {
    const settings = await client.getQueue(queue, { abortSignal: AbortSignal.timeout(targetMilliseconds) });
    // The service returns the address of the target: https://<namespace>/<queue>.
    const target = deadLetters ? settings.forwardDeadLetteredMessagesTo : settings.forwardTo;
    return target?.replace(/^[a-z]+:\/\/[^/]+\//i, "");
  } catch {
    return undefined;
  }
}

type AdministrationEndpoint = { readonly host: string; readonly options: ServiceBusAdministrationClientOptions };

/** The client connects to the namespace's host only: for the sandbox the name resolves to loopback, with the sandbox's port. */
function administrationEndpoint({ sandbox }: CloudEndpoints, namespace: string): AdministrationEndpoint {
  if (sandbox === undefined) return { host: namespace, options: {} };
  const { port } = new URL(sandbox.serviceBusEndpoint);
  return { host: `${namespace}:${port}`, options: { agent: new Agent({ lookup: toLoopback }) } };
}

const toLoopback: LookupFunction = (_host, { all }, done) =>
  all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);

const refusedOrLate =
  ({ customer, tenant, namespace }: ErrorContext) =>
  (error: Error & { readonly statusCode?: unknown }): never => {
    if (error.name === "AbortError")
      throw new Failure("NoAnswer", `${namespace} did not return message counts in ${answerMilliseconds / 1000} s`, {
        params: { namespace },
        cause: error,
      });
    throw administrationFailure(error, { customer, tenant, namespace });
  };
