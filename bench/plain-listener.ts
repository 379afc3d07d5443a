import rhea, { type EventContext } from "rhea";
import { createTlsIdentity } from "../sandbox/src/certificates/tls-identity.ts";

/**
 * The simplest program that a plain rhea client can send to and receive from: no tokens, no locks, no roles, one list
 * of messages. Its rate is the limit of the library and the machine. Prints its port and authority as one line of JSON.
 */
const { ca, certificate, privateKey } = await createTlsIdentity();
const messages: unknown[] = [];
let next = 0;

const container = rhea.create_container();
container.sasl_server_mechanisms.enable_anonymous();
container.on("receiver_open", ({ receiver }: EventContext) =>
  receiver?.set_target({ address: receiver.target.address }),
);
container.on("message", ({ message }: EventContext) => void messages.push(message));
container.on("sender_open", ({ sender }: EventContext) => sender?.set_source({ address: sender.source.address }));
container.on("sendable", ({ sender }: EventContext) => {
  while (next < messages.length && sender?.sendable()) sender.send(messages[next++] as never);
  if (next < messages.length) return;
  messages.length = 0;
  next = 0;
});
container.on("disconnected", () => {});

const options = { transport: "tls" as const, host: "127.0.0.1", port: 0, key: privateKey, cert: certificate };
const server = container.listen(options as never);
server.on("listening", () => {
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  process.stdout.write(`${JSON.stringify({ port, ca })}\n`);
});
process.stdin.resume().once("end", () => process.exit());
