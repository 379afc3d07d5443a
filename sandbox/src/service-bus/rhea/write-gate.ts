import type { Duplex } from "node:stream";

/**
 * Sends the bytes of one turn of the event loop together. A client that receives an attach without credit waits for a second.
 * `commit` runs first and saves what the bytes report.
 */
export function createWriteGate(socket: Duplex, commit: (() => void) | undefined): () => void {
  const { end } = socket;
  // `end` sends waiting bytes before the turn is over
  if (commit)
    socket.end = (...rest: never[]) => {
      commit();
      return Reflect.apply(end, socket, rest);
    };
  return () => {
    if (socket.writableCorked > 0) return;
    socket.cork();
    setImmediate(() => {
      commit?.();
      socket.uncork();
    });
  };
}
