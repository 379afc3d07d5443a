import { once } from "node:events";
import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { createServer, getCACertificates, setDefaultCACertificates } from "node:tls";
import rhea from "rhea";
import { createWebSocketStream, WebSocketServer } from "ws";
import { createTlsIdentity } from "../../sandbox/src/certificates/tls-identity.ts";

export type Transport = "amqp" | "websocket";

/** What an attacker does with each piece that the broker would send; the piece itself is honest. */
export type Attack = (piece: Buffer) => Buffer;

/** Numeric descriptors of AMQP's frames (AMQP 1.0 part 2, 2.7, and part 5, 5.3.3). */
export const performatives = {
  open: 0x10,
  begin: 0x11,
  attach: 0x12,
  flow: 0x13,
  transfer: 0x14,
  disposition: 0x15,
  detach: 0x16,
  end: 0x17,
  close: 0x18,
  mechanisms: 0x40,
  outcome: 0x44,
} as const;

/** The numeric descriptor of a frame; undefined for protocol headers and empty frames. */
export const performativeOf = (frame: Buffer): number | undefined =>
  frame.length > 11 && frame[8] === 0 && frame[9] === 0x53 ? frame[10] : undefined;

/**
 * A broker on a port of its own, in this process, which accepts every token and link, and delivers messages without end. The attack
 * changes what it sends. Its certificate is trusted by this process from then on.
 */
export async function openHostileBroker(attack: Attack, transport: Transport = "amqp") {
  const identity = await createTlsIdentity();
  setDefaultCACertificates([...getCACertificates("default"), identity.ca]);
  const container = rhea.create_container({ id: "hostile" });
  container.sasl_server_mechanisms.enable_anonymous();
  container.on("connection_open", ({ connection }) => void connection.open());
  container.on("message", ({ message, receiver, connection }) => {
    const reply = { correlation_id: message?.message_id, application_properties: { "status-code": 202 }, body: "" };
    if (receiver?.target?.address !== "$cbs" || message === undefined) return;
    connection?.each_sender(
      (sender: rhea.Sender) => sender.source?.address === "$cbs" && sender.send({ ...reply, to: message.reply_to }),
    );
  });
  const deliver = ({ sender }: { sender?: rhea.Sender }) => {
    if (sender?.source?.address === "$cbs") return;
    const annotations = { "x-opt-sequence-number": 1, "x-opt-locked-until": new Date(Date.now() + 60_000) };
    while (sender?.sendable())
      sender.send({ message_id: "one", message_annotations: annotations, body: "x", delivery_annotations: {} });
  };
  container.on("sendable", deliver);
  // Whatever the client refuses is the client's business.
  for (const event of ["error", "connection_error", "protocol_error", "disconnected", "session_error"])
    container.on(event, () => {});
  const serve = (socket: Duplex) => {
    socket.on("error", () => {});
    const write = socket.write.bind(socket);
    socket.write = (piece: Uint8Array | string) =>
      socket.destroyed ? false : write(attack(Buffer.from(piece as Buffer)));
    const connection = container.create_connection({ port: 0 }) as unknown as { accept(socket: Duplex): void };
    connection.accept(socket);
  };
  const certified = { key: identity.privateKey, cert: identity.certificate };
  const server = transport === "amqp" ? createServer(certified, serve) : createHttpsServer(certified);
  if (transport === "websocket")
    new WebSocketServer({ server: server as HttpsServer, handleProtocols: () => "AMQPWSB10" }).on(
      "connection",
      (socket) => serve(Object.assign(createWebSocketStream(socket), { encrypted: true })),
    );
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, ca: identity.ca, close: () => server.close() };
}

/** A frame with this body. */
export function frame(body: Uint8Array, { size = body.length + 8, doff = 2, type = 0 } = {}): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(size);
  header.writeUInt8(doff, 4);
  header.writeUInt8(type, 5);
  return Buffer.concat([header, body]);
}
