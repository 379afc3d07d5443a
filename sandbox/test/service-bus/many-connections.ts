import { connect } from "node:tls";
import { openFrame, protocolHeader } from "./raw-frames.ts";

/** Opens connections in a process of its own and holds them; says so when all are open. */

const [port, count] = process.argv.slice(2).map(Number);
const greeting = Buffer.concat([protocolHeader, openFrame("acme-bus.servicebus.windows.net")]);

/** The broker answers an open with its own, which is more than the eight bytes of its protocol header. */
function openOne() {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let bytes = 0;
  const socket = connect({ host: "127.0.0.1", port, servername: "localhost", rejectUnauthorized: false }, () =>
    socket.write(greeting),
  );
  socket.on("data", (chunk) => {
    bytes += chunk.length;
    if (bytes > 8) resolve();
  });
  socket.on("error", reject);
  socket.on("close", () => process.send?.({ closed: true }));
  return promise;
}

let left = count ?? 0;
const worker = async () => {
  while (left-- > 0) await openOne();
};
await Promise.all(Array.from({ length: 20 }, worker));
process.send?.({ open: count });
process.on("disconnect", () => process.exit());
