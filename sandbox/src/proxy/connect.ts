import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { isAzureName } from "./azure-names.ts";

export type Tunnels = {
  /** Takes the client's end of a tunnel to one of Azure's names: TLS comes next. */
  readonly accept: (socket: Duplex) => void;
  readonly log: (line: string) => void;
};

/**
 * Answers the `connect` event of an HTTP server (RFC 9110 §9.3.6) for Azure's names on port 443, and refuses all others.
 * A tunnel ends in this process: no connection to anywhere is ever made, so a live token cannot leave the machine.
 */
export const createConnect =
  ({ accept, log }: Tunnels) =>
  ({ url = "" }: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const [, host = "", port] = /^(.*):(\d+)$/.exec(url.toLowerCase()) ?? [];
    socket.on("error", () => socket.destroy());
    if (port !== "443" || !isAzureName(host)) {
      log(`CONNECT ${url.replace(/[^ -~]/g, "?")} 403`);
      const body = "The sandbox's proxy connects only to the names of Azure that the sandbox serves.\n";
      socket.end(
        `HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      );
      return;
    }
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    if (head.length > 0) socket.unshift(head);
    accept(socket);
  };
