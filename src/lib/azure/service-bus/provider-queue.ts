import type { CloudEndpoints } from "../../domain/cloud-endpoints.ts";
import { Failure } from "../../errors/failure.ts";
import type { OwnOutbox, OwnQueue } from "../../ports/azure-services.ts";
import type { Identity } from "../credentials/credentials.ts";
import type { Place } from "../error-mapping.ts";
import { closeClient, openClient } from "./namespace-client.ts";
import { openOutbox } from "./sender.ts";
import type { Route } from "./transport-selection.ts";

type Options = { readonly own: OwnQueue; readonly identity: Identity; readonly place: Place; readonly route: Route };

/** A connection to a namespace in the Provider's tenant. What is wrong there, the Provider mends and no Customer. */
export function openOwnQueue(cloud: CloudEndpoints, { own, identity, place, route }: Options): OwnOutbox {
  const client = openClient(cloud, own.namespace, identity, route);
  const outbox = openOutbox(client.createSender(own.queue), place);
  return {
    ...outbox,
    probe: () => asOurs(own, () => outbox.probe()),
    send: (message) => asOurs(own, () => outbox.send(message)),
    [Symbol.asyncDispose]: () => closeClient(client),
  };
}

async function asOurs<T>({ namespace, queue }: OwnQueue, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== "forbidden") throw error;
    const { kind, code, detail, retryable, cause } = error;
    throw new Failure(kind, `the app may not write to ${namespace}/${queue}, the Provider's own queue (${code})`, {
      code,
      ...(detail === undefined ? {} : { detail }),
      hint: `give the app 'Azure Service Bus Data Sender' on ${namespace}/${queue}, and check the name`,
      actor: "provider's administrator",
      retryable,
      cause,
    });
  }
}
