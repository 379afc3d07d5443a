import type { Duplex } from "node:stream";

/**
 * What is written in one turn leaves together: a client that gets attach without its credit waits a second for more. Before
 * it leaves, `commit` puts on the disk what it tells of.
 */
export function createWriteGate(socket: Duplex, commit: (() => void) | undefined): () => void {
  const { end } = socket;
  // an end sends what waits without waiting for the turn to be over
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
