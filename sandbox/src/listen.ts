import { createServer, type Server, type Socket } from "node:net";
import { createDistantServer, type Distance } from "./distance.ts";

/** The open port, before anybody answers on it. */
export type Port = {
  readonly number: number;
  /** The same without the distance. */
  readonly nearNumber: number;
  /** Connections that came earlier have waited. */
  serve(accept: (socket: Socket) => void): void;
  /** Ends every connection. */
  close(): Promise<void>;
};

/** Listens on 127.0.0.1. Rejects with the code EADDRINUSE when the port is taken. */
export async function listen(port: number, distance?: Distance): Promise<Port> {
  const serving = Promise.withResolvers<(socket: Socket) => void>();
  const sockets = new Set<Socket>();
  const server = createServer({ pauseOnConnect: true, noDelay: true }, async (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    (await serving.promise)(socket);
  });
  await listening(server, distance === undefined ? port : 0);
  const distant = distance && createDistantServer(portOf(server), distance);
  if (distant) await listening(distant, port);
  return {
    number: portOf(distant ?? server),
    nearNumber: portOf(server),
    serve: serving.resolve,
    close: () =>
      new Promise((resolve) => {
        distant?.close();
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}

const listening = (server: Server, port: number) =>
  new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // A fleet's connections may come at once; with Node's 511 the system drops some, which try again after seconds.
    server.listen({ port, host: "127.0.0.1", backlog: 4096 }, () => {
      server.off("error", reject);
      resolve();
    });
  });
