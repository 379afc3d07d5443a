import type { Outgoing } from "../domain/message.ts";
import type { LockedMessage } from "../ports/azure-services.ts";

/** A queue as one of its ends sees it. */
export type LinkEnd = { readonly customer: string; readonly namespace: string; readonly queue: string };

/** What is done over the wire, by the names that Messaging's semantic conventions of OpenTelemetry use for Service Bus. */
export type Operation =
  | "connect"
  | "send"
  | "schedule"
  | "cancel_scheduled"
  | "accept_session"
  | "receive"
  | "peek"
  | "complete"
  | "abandon"
  | "dead_letter"
  | "renew_lock";

export type CallObserver = {
  readonly operation: Operation;
  readonly end: LinkEnd;
  /** The messages that are sent by it, once they are known. */
  readonly sent?: readonly SendObserver[];
};

/** A message on its way out, as it is to be sent. */
export type SendObserver = {
  readonly message: Outgoing;
  /** Told when it is sent after all: a batch may have had no room for it, or have been a trial. */
  goes(): void;
};

/** Told what happens between this process and the queues. It changes nothing of what is done. */
export type Observer = {
  leaving(end: LinkEnd, message: Outgoing): SendObserver;
  /** Runs the work, and is told of nothing but its end. */
  call<T>(call: CallObserver, work: () => Promise<T>): Promise<T>;
  /** A message that was locked for us; its settlement goes through what comes back. */
  arrived(end: LinkEnd, held: LockedMessage): LockedMessage;
  /** A link to read from is open, for the first time or once more. */
  attached(end: LinkEnd): void;
  /** The connection of a link that is tailed has brought something, be it a mere sign of life. */
  heard(end: LinkEnd): void;
};

/** One that takes no notice of anything. */
export const noopObserver: Observer = {
  leaving: (_end, message) => ({ message, goes: () => {} }),
  call: (_call, work) => work(),
  arrived: (_end, held) => held,
  attached: () => {},
  heard: () => {},
};
