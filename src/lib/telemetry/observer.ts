import type { Outgoing } from "../domain/message.ts";
import type { LockedMessage } from "../ports/azure-services.ts";

/** A queue as one of its ends sees it. */
export type LinkEnd = { readonly customer: string; readonly namespace: string; readonly queue: string };

/** Operations on the wire, with the names of OpenTelemetry's semantic conventions for Service Bus. */
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
  /** The messages that the operation sends, when they are known. */
  readonly sent?: readonly SendObserver[];
};

/** A message that is about to be sent. */
export type SendObserver = {
  readonly message: Outgoing;
  /** Called when the message is really sent. It may not fit into a batch, or only be measured. */
  goes(): void;
};

/** Observes what happens between this process and the queues. It does not change the work. */
export type Observer = {
  leaving(end: LinkEnd, message: Outgoing): SendObserver;
  /** Runs the work and observes its end. */
  call<T>(call: CallObserver, work: () => Promise<T>): Promise<T>;
  /** A message that was locked. It must be settled through the returned message. */
  arrived(end: LinkEnd, held: LockedMessage): LockedMessage;
  /** A receiving link is open, for the first time or again. */
  attached(end: LinkEnd): void;
  /** The connection of a tail has received something, also when it is only a heartbeat. */
  heard(end: LinkEnd): void;
};

/** An observer that does nothing. */
export const noopObserver: Observer = {
  leaving: (_end, message) => ({ message, goes: () => {} }),
  call: (_call, work) => work(),
  arrived: (_end, held) => held,
  attached: () => {},
  heard: () => {},
};
