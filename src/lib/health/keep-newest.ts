import type { Server, Socket } from "node:net";

/**
 * Keeps the newest connections of a server. A client that holds its connections without a request loses the oldest of them, so that
 * there is always a place for the next client.
 */
export function keepNewest(server: Pick<Server, "on">, most: number): void {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    const [oldest] = open;
    if (open.size > most) oldest?.destroy();
  });
}
