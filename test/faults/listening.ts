import { once } from "node:events";
import type { Server } from "node:net";

/** Listens on a free port of loopback, and says which. */
export async function listening(server: Server): Promise<number> {
  // A thousand clients may come at once; with Node's 511 the system drops some, which try again after seconds.
  server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 });
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}
