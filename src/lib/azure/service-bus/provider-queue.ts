import type { CloudEndpoints } from "../../domain/cloud-endpoints.ts";
import { Failure } from "../../errors/failure.ts";
import type { ProviderQueue, ProviderQueueSender } from "../../ports/azure-services.ts";
import type { Identity } from "../credentials/credentials.ts";
import type { ErrorContext } from "../error-mapping.ts";
import { closeClient, openClient } from "./namespace-client.ts";
import { openSender } from "./sender.ts";
import type { TransportSelection } from "./transport-selection.ts";

type Options = {
  readonly own: ProviderQueue;
  readonly identity: Identity;
  readonly context: ErrorContext;
  readonly route: TransportSelection;
};

/** A connection to a namespace in the provider's tenant. The provider's administrator corrects what is wrong there. */
export function openProviderQueue(
  cloud: CloudEndpoints,
  { own, identity, context, route }: Options,
): ProviderQueueSender {
  const client = openClient(cloud, own.namespace, identity, route);
  const sender = openSender(client.createSender(own.queue), context);
  return {
    ...sender,
    probe: () => withProviderContext(own, () => sender.probe()),
    send: (message) => withProviderContext(own, () => sender.send(message)),
    [Symbol.asyncDispose]: () => closeClient(client),
  };
}

async function withProviderContext<T>({ namespace, queue }: ProviderQueue, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== "forbidden") throw error;
    throw error.with({
      code: "ProviderQueueRefused",
      message: `the app cannot send to ${namespace}/${queue}, the provider's own queue (${error.code})`,
      serviceCode: error.code,
      params: { namespace, queue },
    });
  }
}
