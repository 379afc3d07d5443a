import type { Duplex } from "node:stream";
import type { Connection } from "rhea";
import type { AmqpError } from "../amqp-errors.ts";

/** Milliseconds that a client has to close its side of a connection. */
const closingTime = 500;

/** Sends the client the reason, and cuts the connection when the client does not close it. */
export function closeConnection(socket: Duplex, connection: Connection, error: AmqpError): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.once("close", () => resolve());
  connection.close(error);
  setTimeout(() => socket.destroy(), closingTime).unref();
  return promise;
}
