import { once } from "node:events";
import type { Server } from "node:net";

/** Listens on a free loopback port and returns the port. */
export async function listenOnFreePort(server: Server): Promise<number> {
  // A thousand clients may connect at once. With Node's default of 511, the system drops some of them, and they retry
  // after seconds.
  server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 });
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}
