import type { Duplex } from "node:stream";
import type { Clock } from "../timers/clock.ts";

const stalled = new WeakSet<Duplex>();

/** Stalls the stream while `until` returns a time: nothing is read from it, and written bytes wait. */
export function stall(socket: Duplex, clock: Clock, until: () => number | undefined): void {
  const end = until();
  const isStalled = stalled.has(socket);
  if (end !== undefined && !isStalled) {
    stalled.add(socket);
    socket.pause();
    socket.cork();
  }
  if (end === undefined && isStalled) {
    stalled.delete(socket);
    socket.uncork();
    socket.resume();
  }
  if (end !== undefined && !socket.destroyed) clock.wakeAt(end, () => stall(socket, clock, until));
}
