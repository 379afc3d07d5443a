import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { createWebSocketStream, WebSocketServer } from "ws";

/** Where Service Bus speaks AMQP over WebSocket, for clients behind firewalls that only let HTTPS through. */
const webSocketPath = "/$servicebus/websocket";

/** The subprotocol of the AMQP 1.0 WebSocket binding, as Service Bus named it first and as the standard names it (Go). */
const subprotocols = ["AMQPWSB10", "amqp"] as const;

/** Largest WebSocket message, in bytes; clients put all the frames of one write into one. */
const maxPayload = 4 * 1024 ** 2;

/**
 * Answers the `upgrade` event of an HTTPS server: a WebSocket on `/$servicebus/websocket` is handed to `accept` as a stream of
 * bytes, everything else is refused. The caller has checked the request's Host:
 * `server.on("upgrade", createWebSocketUpgrade(broker.accept))`.
 */
export function createWebSocketUpgrade(accept: (socket: Duplex, transport: "webSocket") => void) {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload,
    handleProtocols: (offered) => subprotocols.find((name) => offered.has(name)) ?? false,
  });
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (!isWanted(request)) {
      socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    server.handleUpgrade(request, socket, head, (webSocket) => {
      const stream = createWebSocketStream(webSocket);
      stream.once("end", () => stream.destroy());
      accept(stream, "webSocket");
    });
  };
}

/** Python's client puts a slash behind the path. */
function isWanted({ url = "", headers }: IncomingMessage) {
  const { pathname } = new URL(url, "https://localhost");
  const offered = headers["sec-websocket-protocol"]?.split(",").map((name) => name.trim());
  const isKnown = subprotocols.some((name) => offered?.includes(name));
  return pathname.replace(/\/$/, "").toLowerCase() === webSocketPath && isKnown;
}
