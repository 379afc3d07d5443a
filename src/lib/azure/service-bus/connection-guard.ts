import { EventEmitter } from "node:events";
import type { ServiceBusClient } from "@azure/service-bus";
import { MalformedAmqp } from "../../domain/amqp/amqp-value.ts";
import { createFrameGuard, type FrameGuard } from "./frame-guard.ts";
import { type AmqpConnection, configureConnections, readPrivateField } from "./sdk-internals.ts";

/*
 * A broker that sends anything but AMQP must end only its own connection. rhea trusts the broker. Some bytes make it wait or run
 * forever. Others make it throw where nobody catches, or print its buffers. Here each connection has limits. Every error in it ends
 * that connection, and the SDK reports the end to its own customer.
 *
 * Parts: the methods of a connection of rhea that the type below names. Checked with the versions that sdk-internals.ts names.
 */

/** The frame of 64 KB that Service Bus and its other SDKs announce. rhea announces no limit. */
const announcedFrameBytes = 65_536;
/** A peer must accept frames of this size (AMQP 1.0 part 2, 2.7.1). With less, rhea would split messages without end. */
const smallestFrameBytes = 512;
/** Service Bus asks for minutes. Below this, the connection would do nothing but send empty frames. */
const shortestIdleMilliseconds = 100;
/** Deliveries that a session of rhea can have in progress. No disposition covers more. */
const mostDeliveries = 65_536;
/** Service Bus accepts messages of 100 MB. Of all messages whose end has not arrived, the connection holds no more. */
const mostIncompleteBytes = 110 * 1024 ** 2;
/** Answers that a broker may cause without reading them, with the messages that are sent meanwhile. */
const mostUnsentBytes = 256 * 1024 ** 2;

type Frame<Fields> = {
  readonly channel: number;
  readonly performative: Fields;
  readonly payload?: { readonly length: number };
};
type Link = { readonly credit?: unknown; readonly _incomplete?: unknown };
type Session = { readonly links: object; readonly remote: { readonly handles: Readonly<Record<string, Link>> } };
type Socket = {
  readonly writableLength?: number;
  readonly on: (event: string, listener: () => void) => unknown;
  readonly end: () => void;
  readonly removeAllListeners?: (event: string) => unknown;
  readonly destroy?: () => unknown;
};

type Ending = Frame<{ readonly error?: unknown }>;

type Guardable = EventEmitter & {
  init(socket: Socket): unknown;
  input(bytes: Buffer): void;
  output(): void;
  idle(): void;
  dispatch(name: string, ...context: readonly unknown[]): boolean;
  _process(): void;
  _write_frame(...frame: readonly unknown[]): void;
  on_error(error: Error): void;
  on_open(frame: Frame<{ readonly max_frame_size?: unknown; readonly idle_time_out?: unknown }>): void;
  on_begin(frame: Frame<{ readonly remote_channel?: unknown }>): void;
  on_attach(frame: Frame<{ readonly name?: unknown }>): void;
  on_flow(frame: Frame<{ readonly drain?: unknown; readonly link_credit?: unknown }>): void;
  on_transfer(frame: Frame<{ readonly handle: number; readonly more?: unknown }>): void;
  on_disposition(frame: Frame<{ readonly first?: unknown; readonly last?: unknown }>): void;
  on_detach(frame: Ending): void;
  on_end(frame: Ending): void;
  on_close(frame: Ending): void;
  readonly remote_channel_map: Readonly<Record<string, Session>>;
};

const parts = [
  ...(["init", "input", "output", "idle", "dispatch", "_process", "_write_frame", "on_error"] as const),
  ...(["on_open", "on_begin", "on_attach", "on_flow", "on_transfer", "on_disposition"] as const),
  ...(["on_detach", "on_end", "on_close"] as const),
] as const;

/** Why a connection ended. The SDK passes on an error of this name as it is, and the failure is found by its text. */
class InvalidAmqp extends Error {
  override readonly name = "MessagingError";
  readonly code = "InvalidAmqp";
  readonly retryable = false;
}

/** Guards every connection that this client opens. */
export const guardConnections = (client: ServiceBusClient): void =>
  configureConnections(client, (connection) => void guardConnection(connection));

/** False when the connection does not have the parts that are guarded. */
export function guardConnection(connection: AmqpConnection): boolean {
  if (!isGuardable(connection)) return false;
  const amqp = connection;
  const { init, input, output, idle, dispatch, _process, _write_frame } = amqp;
  const { on_open, on_begin, on_attach, on_flow, on_transfer, on_disposition } = amqp;
  let socket: Socket | undefined;
  let checkBytes: FrameGuard = createFrameGuard();
  /** Bytes of the messages whose end has not arrived, by link. */
  let incomplete = new Map<Link, number>();

  const drop = (error: unknown) => {
    const failed = socket;
    if (failed === undefined) return;
    socket = undefined;
    silence(failed);
    incomplete = new Map();
    const why = new InvalidAmqp(`invalid AMQP: ${error instanceof Error ? error.message : String(error)}`);
    // Not at once: the answer to the opening may be in the same bytes, and the SDK has not yet started the call that waits for it.
    setImmediate(() => {
      // The SDK has opened the next connection meanwhile.
      if (socket !== undefined) return;
      try {
        amqp.on_error(why);
      } catch {
        // A listener of the SDK failed. The connection has ended all the same, and its calls have time limits.
      }
    });
  };
  const orDrop = (run: () => void) => {
    try {
      run();
    } catch (error) {
      drop(error);
    }
  };

  amqp.init = (next) => {
    socket = next;
    checkBytes = createFrameGuard();
    incomplete = new Map();
    return init.call(amqp, next);
  };
  amqp.input = (bytes) => {
    if (socket === undefined) return;
    orDrop(() => {
      checkBytes(bytes);
      if ((socket?.writableLength ?? 0) > mostUnsentBytes) throw new MalformedAmqp("answers are not read");
      input.call(amqp, bytes);
    });
  };
  amqp.output = () => orDrop(() => output.call(amqp));
  amqp.idle = () => orDrop(() => idle.call(amqp));
  amqp._process = () => orDrop(() => _process.call(amqp));
  amqp._write_frame = (...frame) => orDrop(() => _write_frame.apply(amqp, [...frame]));
  // rhea catches most errors that its input causes, and passes them on. Without a listener it prints its buffers, and the SDK's
  // listener ends the process with a dump of the connection.
  amqp.dispatch = (name, ...context) => {
    if (name !== "error" && name !== "protocol_error") return dispatch.call(amqp, name, ...context);
    drop(context[0]);
    return true;
  };

  const sessionOf = (channel: number) => amqp.remote_channel_map[channel];
  amqp.on_open = (frame) => {
    const { max_frame_size: size, idle_time_out: idle } = frame.performative;
    if (typeof size === "number" && size < smallestFrameBytes)
      throw new MalformedAmqp(`the broker accepts frames of ${size} bytes only`);
    if (typeof idle === "number" && idle > 0 && idle < shortestIdleMilliseconds)
      throw new MalformedAmqp(`the broker wants a frame every ${idle} ms`);
    on_open.call(amqp, frame);
  };
  amqp.on_begin = (frame) => {
    if (typeof frame.performative.remote_channel !== "number")
      throw new MalformedAmqp("the broker started a session of its own");
    on_begin.call(amqp, frame);
  };
  amqp.on_attach = (frame) => {
    const links = sessionOf(frame.channel)?.links ?? {};
    if (!Object.hasOwn(links, String(frame.performative.name)))
      throw new MalformedAmqp("the broker attached a link of its own");
    on_attach.call(amqp, frame);
  };
  amqp.on_flow = (frame) => {
    const { drain, link_credit: credit } = frame.performative;
    if (drain === true && typeof credit === "number" && credit > 0)
      throw new MalformedAmqp("the broker drained a link and left credit");
    on_flow.call(amqp, frame);
  };
  amqp.on_transfer = (frame) => {
    const link = sessionOf(frame.channel)?.remote.handles[frame.performative.handle];
    if (link?.credit === 0 && link._incomplete === undefined)
      throw new MalformedAmqp("the broker sent a message without credit");
    if (link !== undefined) countIncomplete(link, frame);
    on_transfer.call(amqp, frame);
  };
  const countIncomplete = (link: Link, { performative, payload }: Parameters<Guardable["on_transfer"]>[0]) => {
    if (performative.more !== true) {
      incomplete.delete(link);
      return;
    }
    incomplete.set(link, (incomplete.get(link) ?? 0) + (payload?.length ?? 0) + transferBytes);
    const sum = [...incomplete.values()].reduce((total, one) => total + one, 0);
    if (sum > mostIncompleteBytes) throw new MalformedAmqp("a message is larger than Service Bus accepts");
  };
  amqp.on_disposition = (frame) => {
    const { first, last } = frame.performative;
    if (Number(last ?? first) - Number(first) >= mostDeliveries)
      throw new MalformedAmqp("the broker settled more messages than there are");
    on_disposition.call(amqp, frame);
  };
  for (const part of ["on_detach", "on_end", "on_close"] as const) {
    const end = amqp[part];
    amqp[part] = (frame) => {
      const { error } = frame.performative;
      if (error !== undefined && error !== null && typeof readPrivateField(error, "condition") !== "string")
        throw new MalformedAmqp("the broker ended something with an error that is none");
      end.call(amqp, frame);
    };
  }
  const open = readPrivateField(amqp, "local", "open");
  if (typeof open === "object" && open !== null) Reflect.set(open, "max_frame_size", announcedFrameBytes);
  return true;
}

/** What one part of a message costs beside its bytes. */
const transferBytes = 200;

const isGuardable = (connection: AmqpConnection): connection is Guardable =>
  connection instanceof EventEmitter && parts.every((part) => typeof readPrivateField(connection, part) === "function");

/** Ends a socket at once, whatever it still sends. A WebSocket has no more than `end` and one listener for each event. */
function silence(socket: Socket): void {
  for (const event of ["data", "end", "error"]) {
    socket.removeAllListeners?.(event);
    socket.on(event, () => {});
  }
  if (socket.destroy) socket.destroy();
  else socket.end();
}
