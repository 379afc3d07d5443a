import { connect, type TLSSocket } from "node:tls";
import {
  encodeBinary,
  encodeBoolean,
  encodeDescribed,
  encodeList,
  encodeNull,
  encodeString,
  encodeUint,
} from "../../src/service-bus/messages/amqp-encode.ts";

/** Bytes as a client without any library would send them, well-formed or not. */

export const protocolHeader = Buffer.from("AMQP\0\x01\0\0", "latin1");

/** A frame of channel 0; `announced` is its size when that is a lie. */
export function frame(performative: Buffer, announced?: number): Buffer {
  const head = Buffer.from([0, 0, 0, 0, 2, 0, 0, 0]);
  head.writeUInt32BE(announced ?? head.length + performative.length);
  return Buffer.concat([head, performative]);
}

export const openFrame = (hostname: string, maxFrameSize = 65_536): Buffer =>
  frame(encodeDescribed(0x10, encodeList([encodeString("raw"), encodeString(hostname), encodeUint(maxFrameSize)])));

export const beginFrame: Buffer = frame(
  encodeDescribed(0x11, encodeList([encodeNull(), encodeUint(0), encodeUint(100), encodeUint(100), encodeUint(255)])),
);

const nulls = (count: number) => Array<Buffer>(count).fill(encodeNull());

const source = (address: string, filter: Buffer) =>
  encodeDescribed(0x28, encodeList([encodeString(address), ...nulls(6), filter]));
const target = (address: string) => encodeDescribed(0x29, encodeList([encodeString(address)]));

type AttachOptions = {
  /** Sender and receiver settle modes. */
  readonly modes?: readonly [number, number];
  /** The encoded filter map of the source. */
  readonly filter?: Buffer;
  /** The encoded map of properties. */
  readonly properties?: Buffer;
};

/** As a sender, or as a receiver, of the node. */
export const attachFrame = (
  handle: number,
  role: "sender" | "receiver",
  node: string,
  { modes, filter = encodeNull(), properties = encodeNull() }: AttachOptions = {},
): Buffer =>
  frame(
    encodeDescribed(
      0x12,
      encodeList([
        ...[encodeString(`link ${handle}`), encodeUint(handle), encodeBoolean(role === "receiver")],
        ...(modes?.map((mode) => Buffer.from([0x50, mode])) ?? nulls(2)),
        ...[source(node, filter), target(node), ...nulls(2), encodeUint(0), ...nulls(3), properties],
      ]),
    ),
  );

/** Gives credits. */
export const creditFrame = (handle: number, credit: number): Buffer =>
  frame(encodeDescribed(0x13, encodeList([0, 5000, 0, 5000, handle, 0, credit].map(encodeUint))));

/** Gives ten credits, to be drained. */
export const flowFrame = (handle: number): Buffer =>
  frame(
    encodeDescribed(
      0x13,
      encodeList([...[0, 100, 0, 100, handle, 0, 10].map(encodeUint), encodeNull(), encodeBoolean(true)]),
    ),
  );

export const transferFrame = (handle: number, id: number, message: Buffer): Buffer => {
  const fields = [encodeUint(handle), encodeUint(id), encodeBinary(Buffer.from([id])), encodeUint(0)];
  return frame(Buffer.concat([encodeDescribed(0x14, encodeList([...fields, encodeBoolean(false)])), message]));
};

/** A transfer that says more frames follow, and has no payload. */
export const emptyTransferFrame = (handle: number): Buffer => {
  const [id, tag] = [encodeUint(0), encodeBinary(Buffer.from([0]))];
  const fields = [encodeUint(handle), id, tag, encodeUint(0), encodeBoolean(false), encodeBoolean(true)];
  return frame(encodeDescribed(0x14, encodeList(fields)));
};

export const detachFrame = (handle: number): Buffer =>
  frame(encodeDescribed(0x16, encodeList([encodeUint(handle), encodeBoolean(true)])));

export const endFrame: Buffer = frame(encodeDescribed(0x17, encodeList([])));

export const closeFrame: Buffer = frame(encodeDescribed(0x18, encodeList([])));

export const dispositionFrame = (first: number, last: number): Buffer =>
  frame(
    encodeDescribed(0x15, encodeList([encodeBoolean(true), encodeUint(first), encodeUint(last), encodeBoolean(true)])),
  );

/** An attach whose target holds an array of nulls that takes nine bytes and claims four thousand million elements. */
export const arrayBombFrame: Buffer = frame(
  encodeDescribed(0x12, encodeList([Buffer.from([0xf0, 0, 0, 0, 5, 0xff, 0xff, 0xff, 0xff, 0x40])])),
);

/** Sends the bytes and waits until the broker has closed the connection. */
export const sendUntilClosed = (port: number, bytes: readonly Buffer[]): Promise<void> =>
  converse(port, (socket) => socket.write(Buffer.concat(bytes)));

/** Sends the bytes and hangs up. */
export const sendAndLeave = (port: number, bytes: Buffer): Promise<void> =>
  converse(port, (socket) => socket.end(bytes));

/** Resolves when the connection is closed, however it came to that. */
function converse(port: number, speak: (socket: TLSSocket) => void) {
  const socket = connect({ host: "localhost", port }, () => speak(socket));
  socket.on("error", () => {});
  socket.resume();
  return new Promise<void>((resolve) => socket.once("close", () => resolve()));
}
