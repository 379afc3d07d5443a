import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceBusClient, ServiceBusSessionReceiver } from "@azure/service-bus";
import { withTimeout } from "../../concurrency/timeout.ts";
import type { Session } from "../../ports/azure-services.ts";
import { callAzure, createLinkCaller } from "../call-policy.ts";

import type { ErrorContext } from "../error-mapping.ts";
import { openReceiver } from "./receiver.ts";

/** How every receiver is opened: bodies and dates as they came, and no lock is renewed behind our back. */
export const receiveFromLink = {
  receiveMode: "peekLock",
  skipParsingBodyAsJson: true,
  skipConvertingDate: true,
  maxAutoLockRenewalDurationInMs: 0,
} as const;

const closeMilliseconds = 5_000;
/** To connect, to prove the claim and to attach. */
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

/** The signal is aborted when the mailbox is closed. */
type InTurn = { readonly context: ErrorContext; readonly signal: AbortSignal };

/**
 * The service withholds its answer until a session is free, for as long as the client's time limit is (30 s), and the SDK
 * cannot be stopped meanwhile. So whoever waits for less leaves the question standing for the next one who asks; it ends with
 * the connection.
 */
export function acceptSessionsInTurn(client: ServiceBusClient, queue: string, { context, signal }: InTurn) {
  const standing: Promise<Session | undefined>[] = [];
  const ask = () =>
    callAzure(context, async () => {
      try {
        return openSession(await client.acceptNextSession(queue, { ...receiveFromLink, abortSignal: signal }), context);
      } catch (error) {
        if (isNoSessionNow(error)) return undefined;
        throw error;
      }
    });
  return async (milliseconds: number): Promise<Session | undefined> => {
    const asked = standing.shift() ?? ask();
    asked.catch(() => {});
    const timer = new AbortController();
    const late = sleep(milliseconds, "late" as const, timer);
    const answer = await Promise.race([asked, late]).finally(() => timer.abort());
    if (answer !== "late") return answer;
    standing.push(asked);
    return undefined;
  };
}

function openSession(receiver: ServiceBusSessionReceiver, context: ErrorContext): Session {
  const lock = { until: () => receiver.sessionLockedUntilUtc, renew: () => receiver.renewSessionLock() };
  return {
    ...openReceiver(receiver, context, lock),
    id: receiver.sessionId,
    [Symbol.asyncDispose]: () =>
      withTimeout("giving a session free", closeMilliseconds, receiver.close()).catch(() => {}),
  };
}

/** The service's word when its own time is over, the SDK's when ours is; a session that is not to be had is another's. */
const noSession = new Set(["ServiceTimeout", "OperationTimeoutError", "SessionCannotBeLocked"]);

const isNoSessionNow = (error: unknown): boolean =>
  error instanceof Error && "code" in error && noSession.has(String(error.code));
