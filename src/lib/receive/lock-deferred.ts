import type { CustomerName } from "../domain/customer.ts";
import type { Incoming } from "../domain/message.ts";
import { Failure } from "../errors/failure.ts";
import type { LockedMessage, NamespaceConnection } from "../ports/azure-services.ts";
import type { LockOptions, TakeMessages } from "./lock-messages.ts";

/**
 * Locks deferred messages by their numbers, in this order. Failure "notFound" or "conflict" before the first one is locked, when
 * one of the numbers has no message, or one that is not deferred.
 */
export async function lockDeferredMessages(
  connection: NamespaceConnection,
  { customer, sequence }: { readonly customer: CustomerName; readonly sequence: readonly bigint[] },
  { signal, ready, settled }: Pick<LockOptions, "signal" | "ready" | "settled">,
  take: TakeMessages,
): Promise<void> {
  const found: Incoming[] = [];
  for (const number of sequence) found.push(await peekDeferred(connection, customer, number));
  for (const message of found) {
    await ready?.();
    if (signal.aborted) return;
    await lockOne(connection, message, take, settled);
  }
}

async function peekDeferred(
  connection: NamespaceConnection,
  customer: CustomerName,
  number: bigint,
): Promise<Incoming> {
  const [message] = await (await connection.receiver()).peek(1, number);
  if (message?.sequenceNumber !== number) throw noSuchMessage(customer, number);
  if (message.state === "deferred") return message;
  throw new Failure("MessageNotDeferred", `message ${number} of ${customer} is ${message.state}, and not deferred`);
}

async function lockOne(
  connection: NamespaceConnection,
  { sequenceNumber, sessionId }: Incoming,
  take: TakeMessages,
  settled: () => Promise<void>,
): Promise<void> {
  const receiver = await connection.receiver();
  const locked = await receiver.receiveDeferred(sequenceNumber).catch((error: unknown) => {
    if (sessionId === undefined || !refusesWithoutSession(error)) throw error;
    return undefined;
  });
  if (locked) return take([locked]);
  await using session = await connection.session(sessionId ?? "");
  try {
    await take([(await session.receiveDeferred(sequenceNumber)) satisfies LockedMessage]);
  } finally {
    await settled();
  }
}

/** A queue with sessions gives its messages only to the receiver of their session. */
const refusesWithoutSession = (error: unknown) => error instanceof Failure && /^Session/.test(error.code);

const noSuchMessage = (customer: CustomerName, number: bigint): Failure =>
  new Failure(
    "MessageNotFound",
    `the status queue of ${customer} has no message with number ${number} (MessageNotFound)`,
    {
      params: { customer },
    },
  );
