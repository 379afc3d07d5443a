import type { Server } from "node:http";
import type { Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import type { TlsIdentity } from "./certificates/tls-identity.ts";

/** Who speaks with a connection once its first bytes have shown what it is. */
export type Destinations = {
  /** AMQP inside TLS. */
  readonly amqp: (socket: TLSSocket) => void;
  /** HTTP inside TLS. */
  readonly https: Server;
  /** HTTP without TLS. */
  readonly http: Server;
  readonly log: (line: string) => void;
};

/** A connection that says nothing for this long is dropped. */
const silenceMilliseconds = 30_000;

const tlsHandshake = 0x16;

/** A function that takes each connection of the one port to its destination; connections not from loopback are dropped. */
export function createProtocolSwitch(identity: TlsIdentity, { amqp, https, http, log }: Destinations) {
  const tls = createTlsServer({ key: identity.privateKey, cert: identity.certificate, noDelay: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    peek(socket, (first) => {
      if (first.subarray(0, 4).equals(Buffer.from("AMQP").subarray(0, first.length))) amqp(socket);
      else https.emit("connection", socket);
      process.nextTick(() => socket.resume());
    });
  });
  tls.on("tlsClientError", (error, socket) => {
    log(`TLS handshake failed: ${error.message}`);
    socket.destroy();
  });
  return (socket: Socket): void => {
    socket.on("error", () => socket.destroy());
    if (!isLoopback(socket.remoteAddress)) {
      socket.destroy();
      return;
    }
    peek(socket, (first) => {
      if (first[0] === tlsHandshake) {
        tls.emit("connection", socket); // reads the bytes that were peeked
      } else {
        http.emit("connection", socket);
        process.nextTick(() => socket.resume());
      }
    });
  };
}

/** Shows the first bytes, puts them back, and leaves the socket paused. */
function peek(socket: Socket, look: (first: Buffer) => void): void {
  const drop = () => socket.destroy();
  socket.setTimeout(silenceMilliseconds, drop);
  socket.once("data", (first: Buffer) => {
    socket.setTimeout(0);
    socket.off("timeout", drop);
    socket.pause();
    socket.unshift(first);
    look(first);
  });
  socket.resume();
}

const isLoopback = (address: string | undefined) =>
  address !== undefined && (address === "::1" || /^(?:::ffff:)?127\./.test(address));
