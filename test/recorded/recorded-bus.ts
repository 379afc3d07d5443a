import type { AddressInfo, Server } from "node:net";
import rhea, { type AmqpError, type EventContext, type Message, type Sender } from "rhea";
import { createTlsIdentity } from "../../sandbox/src/certificates/tls-identity.ts";
import type { BusFact } from "./bus-facts.ts";
import { trustForTests } from "./recorded-cloud.ts";

const identity = await createTlsIdentity();
trustForTests(identity.ca);

/** An AMQP service on loopback that answers as Service Bus was recorded to answer, with the official client before it. */
export async function openRecordedBus({ at, condition, description }: BusFact) {
  const error = { condition: String(condition), description };
  const container = rhea.create_container({ id: "0c2f9d6d0d3e4a8b9a520c4a3b1f7e10_G22" });
  container.sasl_server_mechanisms.enable_anonymous();
  Object.assign(container.sasl_server_mechanisms, { MSSBCBS: acceptAnyone });
  for (const name of ["disconnected", "connection_error", "session_error", "sender_error", "receiver_error", "error"])
    container.on(name, () => {});
  const attached: string[] = [];
  const isOfTokens = ({ sender, receiver }: EventContext) =>
    [sender?.source?.address, receiver?.target?.address].includes("$cbs");
  container.on("message", ({ message, connection }: EventContext & { message?: Message }) => {
    const reply = connection.find_sender((one: Sender) => one.source?.address === "$cbs");
    const isRefused = at === "put-token" && !String(message?.application_properties?.name).endsWith("$cbs");
    reply?.send({
      body: undefined,
      correlation_id: message?.message_id,
      to: message?.reply_to,
      application_properties: {
        "status-code": isRefused ? condition : 202,
        "status-description": isRefused ? description : "Accepted",
      },
    } as Message);
  });
  const opened = (link: { close(error?: AmqpError | Error): void }, context: EventContext) => {
    if (isOfTokens(context)) return;
    attached.push(String(context.sender?.source?.address ?? context.receiver?.target?.address));
    if (at === "connection") context.connection.close(error as AmqpError);
    else if (at === "attach") link.close(error as AmqpError);
    // After the attach has been sent.
    else if (at === "open-link") setImmediate(() => link.close(error as AmqpError));
  };
  container.on("sender_open", (context: EventContext) => context.sender && opened(context.sender, context));
  container.on("receiver_open", (context: EventContext) => context.receiver && opened(context.receiver, context));
  const { privateKey: key, certificate: cert } = identity;
  const server: Server = container.listen({ transport: "tls", host: "127.0.0.1", port: 0, key, cert });
  await new Promise<void>((done) => void server.once("listening", done));
  return {
    port: (server.address() as AddressInfo).port,
    attached,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

/** SASL accepts every client: tokens come later, over `$cbs`. */
const acceptAnyone = () => ({
  outcome: undefined as boolean | undefined,
  start() {
    this.outcome = true;
  },
});
