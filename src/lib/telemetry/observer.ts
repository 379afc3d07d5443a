import type { Outgoing } from "../domain/message.ts";
import type { Held } from "../ports/azure-services.ts";

/** A queue as one of its ends sees it. */
export type End = { readonly customer: string; readonly namespace: string; readonly queue: string };

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

export type Call = {
  readonly operation: Operation;
  readonly end: End;
  /** The messages that are sent by it, once they are known. */
  readonly sent?: readonly Leaving[];
};

/** A message on its way out, as it is to be sent. */
export type Leaving = {
  readonly message: Outgoing;
  /** Told when it is sent after all: a batch may have had no room for it, or have been a trial. */
  goes(): void;
};

/** Told what happens between this process and the queues. It changes nothing of what is done. */
export type Observer = {
  leaving(end: End, message: Outgoing): Leaving;
  /** Runs the work, and is told of nothing but its end. */
  call<T>(call: Call, work: () => Promise<T>): Promise<T>;
  /** A message that was locked for us; its settlement goes through what comes back. */
  arrived(end: End, held: Held): Held;
  /** A link to read from is open, for the first time or once more. */
  attached(end: End): void;
  /** The connection of a link that is tailed has brought something, be it a mere sign of life. */
  heard(end: End): void;
};

/** One that takes no notice of anything. */
export const deaf: Observer = {
  leaving: (_end, message) => ({ message, goes: () => {} }),
  call: (_call, work) => work(),
  arrived: (_end, held) => held,
  attached: () => {},
  heard: () => {},
};
