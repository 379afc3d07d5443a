import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A distance between the clients and the sandbox, as a network would have it. */
export type Distance = {
  /** Milliseconds from one end to the other; a round trip takes twice as long. */
  readonly delay: number;
  /** Called when a connection has ended. A turn is a change from bytes of the client to bytes of the server. */
  readonly ended?: (connection: { readonly turns: number }) => void;
};

/** What may be under way in one direction of a connection, in bytes. */
const windowBytes = 4 * 1024 * 1024;

/** A server whose connections reach the port on loopback after the delay. */
export const createDistantServer = (port: number, distance: Distance): Server =>
  createServer({ allowHalfOpen: true, noDelay: true }, (client) => relay(client, port, distance));

function relay(client: Socket, port: number, { delay, ended }: Distance): void {
  const server = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
  // On loopback the TCP handshake takes no time. Over a network it takes one round trip.
  const openAt = performance.now() + 2 * delay;
  let turns = 0;
  let isTurnOfServer = false;
  client.on("data", () => {
    isTurnOfServer = true;
  });
  server.on("data", () => {
    if (isTurnOfServer) turns += 1;
    isTurnOfServer = false;
  });
  passOn(client, server, { delay, openAt });
  passOn(server, client, { delay, openAt });
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    one.on("error", () => other.destroy());
    one.on("close", () => setTimeout(() => other.destroy(), delay).unref());
  }
  client.once("close", () => ended?.({ turns }));
}

function passOn(
  from: Socket,
  to: Socket,
  { delay, openAt }: { readonly delay: number; readonly openAt: number },
): void {
  let underWay = 0;
  let last = Promise.resolve();
  const arrive = (work: () => void) => {
    const due = Math.max(performance.now(), openAt) + delay;
    last = last.then(() => sleep(Math.max(0, due - performance.now()))).then(work);
  };
  from.on("data", (chunk: Buffer) => {
    underWay += chunk.length;
    if (underWay > windowBytes) from.pause();
    arrive(() => {
      underWay -= chunk.length;
      if (underWay <= windowBytes) from.resume();
      if (!to.destroyed) to.write(chunk);
    });
  });
  from.on("end", () => arrive(() => void to.end()));
}
