import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import type { TlsIdentity } from "../certificates/tls-identity.ts";
import type { Answer } from "../http.ts";
import { createWebSocketUpgrade } from "../service-bus/connection/web-socket.ts";
import { createAzureAnswer } from "./azure-answer.ts";
import { createAzureServer, servesHost } from "./azure-server.ts";
import { createConnect } from "./connect.ts";
import { createTranslation } from "./translation.ts";

export type ProxyOptions = {
  readonly identity: TlsIdentity;
  /** `https://localhost:PORT`. */
  readonly baseUrl: string;
  /** How the sandbox answers under its own names. */
  readonly answer: Answer;
  /** Takes a stream of AMQP that came as a WebSocket. */
  readonly amqp: (socket: Duplex) => void;
  readonly log: (line: string) => void;
};

/**
 * A listener for the `connect` event of the sandbox's plain HTTP server. With `HTTPS_PROXY` set to that server, clients that
 * insist on Azure's own names (HTTPS, and AMQP over WebSocket) reach the sandbox under them.
 */
export function createProxy({ identity, baseUrl, answer, amqp, log }: ProxyOptions) {
  const azure = createAzureServer(createAzureAnswer(answer, createTranslation(baseUrl)), log);
  const upgrade = createWebSocketUpgrade(amqp);
  azure.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (servesHost(request.headers.host)) upgrade(request, socket, head);
    else socket.destroy();
  });
  const tls = createTlsServer({ key: identity.privateKey, cert: identity.certificate }, (socket: TLSSocket) => {
    socket.on("error", () => socket.destroy());
    azure.emit("connection", socket);
  });
  tls.on("tlsClientError", (error, socket) => {
    log(`proxy: TLS handshake failed: ${error.message}`);
    socket.destroy();
  });
  return createConnect({ accept: (socket) => tls.emit("connection", socket), log });
}
