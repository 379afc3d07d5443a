import type { ServiceBusClient, ServiceBusSessionReceiver } from "@azure/service-bus";
import { resultWithin } from "../../concurrency/timeout.ts";
import type { Session } from "../../ports/azure-services.ts";
import { callAzure, createLinkCaller } from "../call-policy.ts";

import type { ErrorContext } from "../error-mapping.ts";
import { closeQuietly } from "./close-quietly.ts";
import { openReceiver } from "./receiver.ts";
import { repairSessionId } from "./sdk-internals.ts";

/** How every receiver is opened: bodies and dates as they arrive, and no lock is renewed automatically. */
export const receiveFromLink = {
  receiveMode: "peekLock",
  skipParsingBodyAsJson: true,
  skipConvertingDate: true,
  maxAutoLockRenewalDurationInMs: 0,
} as const;

/** To connect, to authorize and to attach. */
const attachMilliseconds = 60_000;

/** The session by its id, whether it has messages or not. */
export async function acceptSession(
  client: ServiceBusClient,
  queue: string,
  id: string,
  context: ErrorContext,
): Promise<Session> {
  const accept = () => client.acceptSession(queue, id, receiveFromLink);
  return openSession(await createLinkCaller(context)("accepting a session", attachMilliseconds, accept), context);
}

/** The signal aborts when the connection is closed. */
type NextSessionOptions = { readonly context: ErrorContext; readonly signal: AbortSignal };

/**
 * The service answers when a session is free, or after the client's time limit (30 s), and the SDK cannot cancel the request.
 * A caller that waits for less leaves its request for the next caller; it ends with the connection.
 */
export function createSessionAcceptor(
  client: ServiceBusClient,
  queue: string,
  { context, signal }: NextSessionOptions,
) {
  const pending: Promise<Session | undefined>[] = [];
  const request = () =>
    callAzure(context, async () => {
      const began = performance.now();
      try {
        return openSession(await client.acceptNextSession(queue, { ...receiveFromLink, abortSignal: signal }), context);
      } catch (error) {
        if (isNoSessionNow(error, performance.now() - began)) return undefined;
        throw error;
      }
    });
  return async (milliseconds: number): Promise<Session | undefined> => {
    const requested = pending.shift() ?? request();
    const result = await resultWithin(milliseconds, requested);
    if (result === undefined) pending.push(requested);
    return result?.value;
  };
}

function openSession(receiver: ServiceBusSessionReceiver, context: ErrorContext): Session {
  const lock = { until: () => receiver.sessionLockedUntilUtc, renew: () => receiver.renewSessionLock() };
  const id = repairSessionId(receiver);
  return {
    ...openReceiver(receiver, context, lock),
    id,
    [Symbol.asyncDispose]: async () => void (await closeQuietly("a session", receiver)),
  };
}

/** The SDK requests the client's time limit of 30 s, less up to 0.12 s. */
const requestedMilliseconds = 29_000;

/** The service's code when no session became free in the time that was requested. Earlier, and with any other code, it failed. */
const isNoSessionNow = (error: unknown, milliseconds: number): boolean =>
  error instanceof Error && "code" in error && error.code === "ServiceTimeout" && milliseconds >= requestedMilliseconds;
