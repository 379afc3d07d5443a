import rhea, { type Connection } from "rhea";

/** The address and identity of a plain rhea client. */
export type Target = {
  readonly name: string;
  readonly port: number;
  /** PEM. */
  readonly ca: string;
  /** The namespace that the AMQP open names. */
  readonly hostname: string;
  /** The token for the whole namespace, put on `$cbs` first where the target needs one. */
  readonly token?: string;
  stop(): Promise<void>;
};

export async function connect({ port, ca, hostname, token }: Target): Promise<Connection> {
  const where = { transport: "tls", host: "localhost", servername: "localhost", port, ca, hostname };
  const connection = rhea.create_container().connect({ ...where, username: "anonymous", reconnect: false } as never);
  await new Promise((resolve) => connection.once("connection_open", resolve));
  if (token !== undefined) await putToken(connection, `sb://${hostname}/`, token);
  return connection;
}

function putToken(connection: Connection, audience: string, token: string): Promise<void> {
  const sender = connection.open_sender("$cbs");
  const receiver = connection.open_receiver({ source: "$cbs", target: "replies" });
  const application_properties = { operation: "put-token", type: "jwt", name: audience };
  sender.once("sendable", () =>
    sender.send({ body: token, message_id: "1", reply_to: "replies", application_properties }),
  );
  return new Promise((resolve, reject) => {
    receiver.once("message", ({ message }) => {
      sender.close();
      receiver.close();
      const status = message?.application_properties?.["status-code"];
      if (status === 202) resolve();
      else reject(new Error(`the token was refused: ${status}`));
    });
  });
}

/** Sends this number of messages, one in each transfer. Resolves when the last one was accepted. */
export function sendAll(connection: Connection, queue: string, { count, body }: { count: number; body: Buffer }) {
  const sender = connection.open_sender(queue);
  const message = { body: rhea.message.data_section(body) };
  let [sent, accepted] = [0, 0];
  return new Promise<void>((resolve, reject) => {
    sender.on("sendable", () => {
      for (; sent < count && sender.sendable(); sent++) sender.send(message);
    });
    sender.on("accepted", () => {
      if (++accepted < count) return;
      sender.close();
      resolve();
    });
    for (const event of ["rejected", "released", "sender_error"])
      sender.on(event, () => reject(new Error(`a message was not accepted: ${event}`)));
  });
}

/** Receives this number of messages without settling them first, and accepts each. */
export function receiveAll(connection: Connection, queue: string, count: number): Promise<void> {
  const receiver = connection.open_receiver({ source: queue, credit_window: 500, autoaccept: true });
  let received = 0;
  return new Promise((resolve, reject) => {
    receiver.on("message", () => {
      if (++received < count) return;
      receiver.close();
      resolve();
    });
    receiver.on("receiver_error", () => reject(new Error("the receiver's link ended")));
  });
}
