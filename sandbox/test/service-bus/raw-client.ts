import rhea, { type Connection, type Delivery, type Message, type Receiver, type Sender } from "rhea";
import { onTestFinished } from "vitest";
import type { BrokerProcess } from "./open-broker.ts";

type Reply = { readonly application_properties: object; readonly body: unknown };
type Context = { readonly delivery: Delivery; readonly message: Reply };

/** A client below the SDK: it sends bytes as they are, and uses what the SDK does not. */
export type RawClient = {
  readonly connection: Connection;
  /** Transfers and dispositions in the order in which they came over the wire. */
  readonly frames: readonly string[];
  putToken(audience: string, token: string, operation?: string): Promise<object>;
  /** Sends one request to a `$management` node; resolves to the application properties of the reply. */
  manage(node: string, operation: string, body: object, properties?: object): Promise<object>;
  /** The same; resolves to the body of the reply. */
  manageBody(node: string, operation: string, body: object): Promise<unknown>;
  /** Resolves to the name of the outcome, with its error. */
  send(
    sender: Sender,
    bytes: Buffer,
    format?: number,
  ): Promise<{ readonly outcome: string; readonly condition?: string }>;
};

export async function connectRaw(port: number, hostname: string): Promise<RawClient> {
  const container = rhea.create_container({ id: "raw" });
  const connection = container.connect({
    ...{ transport: "tls", host: "localhost", port, servername: "localhost", username: "anonymous" },
    ...{ hostname, reconnect: false },
  } as Parameters<typeof container.connect>[0]);
  container.on("error", () => {});
  container.on("disconnected", () => {});
  onTestFinished(() => connection.close());
  await new Promise((resolve) => connection.once("connection_open", resolve));
  const manage = (node: string, operation: string, body: object, properties: object = {}) =>
    request(connection, node, {
      ...{ body, message_id: "1", reply_to: "replies" },
      application_properties: { operation, ...properties },
    });
  return {
    connection,
    frames: recordFrames(connection),
    putToken: async (audience, token, operation = "put-token") => {
      const reply = await request(connection, "$cbs", {
        ...{ body: token, message_id: "1", reply_to: "replies" },
        application_properties: { operation, name: audience, type: "jwt" },
      });
      return reply.application_properties;
    },
    manage: async (...args) => (await manage(...args)).application_properties,
    manageBody: async (...args) => (await manage(...args)).body,
    send: (sender, bytes, format = 0) => settled(sender, sender.send(bytes, undefined, format)),
  };
}

/** rhea hands each frame to the method of its connection that is called `on_` and the frame's name. */
function recordFrames(connection: Connection) {
  const frames: string[] = [];
  const { on_disposition, on_transfer } = connection;
  connection.on_disposition = (frame) => {
    frames.push("disposition");
    on_disposition.call(connection, frame);
  };
  connection.on_transfer = (frame) => {
    frames.push("transfer");
    on_transfer.call(connection, frame);
  };
  return frames;
}

function request(connection: Connection, node: string, message: Message) {
  const sender = connection.open_sender(node);
  const receiver: Receiver = connection.open_receiver({ source: node, target: "replies" });
  sender.once("sendable", () => sender.send(message));
  return new Promise<Reply>((resolve) => {
    receiver.once("message", ({ message: reply }: Context) => {
      sender.close();
      receiver.close();
      resolve(reply);
    });
  });
}

type Outcome = { readonly outcome: string; readonly condition?: string };

type Settled = { readonly delivery: { readonly id: number; readonly remote_state?: { readonly error?: Refusal } } };
type Refusal = { readonly condition: string };

function settled(sender: Sender, sent: Delivery) {
  const outcomes = ["accepted", "rejected", "released"];
  return new Promise<Outcome>((resolve) => {
    const listeners = outcomes.map((outcome) => ({ outcome, listen: (context: Settled) => finish(outcome, context) }));
    for (const { outcome, listen } of listeners) sender.on(outcome, listen);

    function finish(outcome: string, { delivery }: Settled) {
      if (delivery.id !== sent.id) return;
      for (const { outcome: name, listen } of listeners) sender.off(name, listen);
      const condition = delivery.remote_state?.error?.condition;
      resolve(condition === undefined ? { outcome } : { outcome, condition });
    }
  });
}

/** A raw client that has put its token for the queue. */
export async function connectRawTo(broker: BrokerProcess, { host, queue, oid }: Place): Promise<RawClient> {
  const client = await connectRaw(broker.port, host);
  const tenant = host.startsWith("tailspin") ? "tailspin" : "acme";
  await client.putToken(`sb://${host}/${queue}`, await broker.call("mint", { tenant, oid }));
  return client;
}

type Place = { readonly host: string; readonly queue: string; readonly oid: string };
