import type { Duplex } from "node:stream";
import type { Receiver, Typed } from "rhea";

/** The parts of rhea 3 that the broker uses and that rhea's typings do not declare. */

type LocalAttach = {
  snd_settle_mode: number;
  rcv_settle_mode: number;
  max_message_size: number;
  source: unknown;
  target: unknown;
};

declare module "rhea/typings/link.js" {
  interface link {
    readonly local: { readonly handle: number; readonly attach: LocalAttach };
    readonly state: { readonly local_open: boolean; readonly open_requests: number };
    /** Answers an attach. */
    open(): void;
  }
  interface Sender {
    credit: number;
    /** Transfers written, plus credit drained. */
    delivery_count: number;
    /** Set by a flow that asks to drain. */
    readonly _draining: boolean;
    /** Asked when a flow is written: whether to say that the link was drained. Uses up the credit when it was. */
    _get_drain(): boolean;
  }
  interface Receiver {
    readonly credit: number;
    /** The transfer whose last frame is still to come. */
    readonly _incomplete?: { readonly frames?: readonly (Buffer | undefined)[] };
  }
}

declare module "rhea/typings/session.js" {
  interface Delivery {
    /** An instance of an outcome; `described` gives its AMQP form. */
    readonly remote_state?: { described(): Typed };
  }
  interface Session {
    readonly local: { readonly begin: { handle_max: number } };
    readonly outgoing: { available(): number };
    output(performative: Typed): void;
  }
}

type TransferFrame = {
  readonly channel: number;
  readonly performative: { readonly handle: number };
  readonly payload?: Buffer;
};

/** Receivers of a session by the peer's handle. */
type RemoteSession = {
  readonly remote: { readonly handles: Readonly<Record<number, Pick<Receiver, "credit" | "_incomplete"> | undefined>> };
};

declare module "rhea/typings/connection.js" {
  interface Connection {
    input(bytes: Buffer): void;
    output(): void;
    on_disposition(frame: { readonly performative: { readonly first: number; readonly last?: number } }): void;
    on_transfer(frame: TransferFrame): void;
    /** Sessions by the peer's channel. */
    readonly remote_channel_map: Readonly<Record<number, RemoteSession | undefined>>;
    on_begin(frame: { readonly channel: number }): void;
    on_detach(frame: { readonly channel: number }): void;
    on_end(frame: { readonly channel: number }): void;
    on_attach(frame: { readonly performative: { readonly handle: number } }): void;
    /** Without a performative it is a heartbeat. */
    _write_frame(channel: number, performative?: Typed | { described(): Typed }, payload?: Buffer): void;
    _register(): void;
    readonly socket: Duplex;
    /** Writes what is due, and emits the outcomes; rhea runs it at the end of a turn. */
    _process(): void;
    /** Ends the connection's part in rhea once its socket is gone; a destroyed socket emits nothing to rhea. */
    _disconnected(): void;
  }
}

declare module "rhea/typings/types.js" {
  interface types {
    readonly Null: () => Typed;
    readonly List0: () => Typed;
    readonly List32: (elements: readonly Typed[]) => Typed;
    readonly Reader: { readonly prototype: Reader };
    readonly Writer: new () => Writer;
  }
}
