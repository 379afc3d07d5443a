import type { Duplex } from "node:stream";
import type { Connection } from "rhea";
import type { AmqpError } from "../amqp-errors.ts";

/** Milliseconds a client has for its part in closing a connection. */
const closingTime = 500;

/** Tells the client why, and hangs up when it does not. */
export function closeConnection(socket: Duplex, connection: Connection, error: AmqpError): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.once("close", () => resolve());
  connection.close(error);
  setTimeout(() => socket.destroy(), closingTime).unref();
  return promise;
}
