import rhea, { type Connection, type Container, type Session } from "rhea";
import { writeAllFields } from "./all-fields.ts";
import { maxFrameBytes, patchRhea } from "./patch-rhea.ts";

export type Transport = "tcp" | "webSocket";

/** Milliseconds of silence after which the broker closes a connection; Service Bus announces the same values. */
const idleTimeouts = { tcp: 240_000, webSocket: 120_000 } as const satisfies Record<Transport, number>;

/** The broker's container. Every error event has a listener, because rhea throws an error event without one. */
export function createServerContainer(log: (line: string) => void): Container {
  patchRhea();
  const container = rhea.create_container({ id: "xtenant-sandbox" });
  container.sasl_server_mechanisms.enable_anonymous();
  container.sasl_server_mechanisms.MSSBCBS = acceptAnyone;
  for (const name of ["error", "protocol_error"])
    container.on(name, (error: Error) => log(`bus: ${name.replace("_", " ")}: ${error.message}`));
  const expected = ["connection_error", "session_error", "sender_error", "receiver_error"];
  const ends = ["connection_close", "session_close", "sender_close", "receiver_close", "disconnected"];
  for (const name of [...expected, ...ends]) container.on(name, () => {});
  return container;
}

/** SASL accepts every client. A client authenticates with the tokens that it puts ($cbs). */
const acceptAnyone = () => ({
  outcome: undefined as boolean | undefined,
  start() {
    this.outcome = true;
  },
});

/** The highest channel, and the highest handle of a session, as Service Bus announces them (Azure/azure-sdk-for-js#24540). */
export const channelMax = 4999;
export const handleMax = 255;

/** The options of a server. With options, rhea does not look for a connect.json file. */
export function createServerConnection(container: Container, id: string, transport: Transport): Connection {
  const connection = container.create_connection({
    ...{ id, host: "localhost", port: 0, reconnect: false, tcp_no_delay: true },
    max_frame_size: maxFrameBytes,
    channel_max: channelMax,
    idle_time_out: idleTimeouts[transport],
    session_buffer_size: { incoming: 5000, outgoing: 65_536 },
    receiver_options: { autoaccept: false, credit_window: 0 },
    sender_options: { treat_modified_as_released: false },
  } as Parameters<Container["create_connection"]>[0]);
  writeAllFields(connection);
  connection.on("session_open", ({ session }: { session: Session }) => {
    session.local.begin.handle_max = handleMax;
  });
  return connection;
}
