import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import type { DebugLog } from "./debug-log.ts";

/** Every connection that this process makes: AMQP's and HTTP's, how long it took, how long it lasted, and how it ended. */
export function logConnections({ tell }: DebugLog): void {
  let last = 0;
  subscribe("net.client.socket", (message) => {
    const { socket } = message as { socket: Socket };
    const connection = ++last;
    const begun = performance.now();
    const took = () => Math.round(performance.now() - begun);
    let host: string | undefined;
    socket.once("lookup", (_error, _address, _family, name: string) => {
      host = name;
    });
    socket.once("connect", () =>
      tell("connected", { connection, host, address: socket.remoteAddress, port: socket.remotePort, duration: took() }),
    );
    socket.once("error", (error: NodeJS.ErrnoException) =>
      tell("connection-failed", { connection, host, error: error.code ?? error.name, duration: took() }),
    );
    socket.once("close", () =>
      tell("disconnected", {
        connection,
        host,
        read: socket.bytesRead,
        written: socket.bytesWritten,
        duration: took(),
      }),
    );
  });
}
