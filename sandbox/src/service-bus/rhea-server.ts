import rhea, { type Connection, type Container } from "rhea";

/** Largest frame the broker takes and announces, in bytes; Service Bus announces the same. */
export const maxFrameBytes = 65_536;

/** Milliseconds of silence after which a client is told it is gone; Service Bus announces the same. */
const idleTimeout = 240_000;

let patched = false;

/**
 * Changes rhea for the whole process, once: messages stay raw bytes, so that all AMQP types survive, and a collection that
 * claims more elements than it has bytes is refused before memory is taken for it. An AMQP client that uses the same copy
 * of rhea cannot work in this process any more, so the sandbox runs in one of its own.
 */
function patchRhea() {
  if (patched) return;
  patched = true;
  Object.assign(rhea.message, { decode: (encoded: Buffer) => encoded });
  const reader = rhea.types.Reader.prototype;
  const { read_n, read_array_items } = reader;
  Object.assign(reader, {
    read_n(this: typeof reader, count: number) {
      if (count > this.remaining()) throw new RangeError("a collection is longer than its frame");
      return read_n.call(this, count);
    },
    read_array_items(this: typeof reader, count: number, type: Parameters<typeof read_array_items>[1]) {
      if (count > this.remaining() + maxFrameBytes) throw new RangeError("an array is longer than its frame");
      return read_array_items.call(this, count, type);
    },
  });
}

/** A container of the broker's own. Every error event has a listener: rhea throws those that have none. */
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

/** SASL only opens the door here: who the client is, it says with its tokens ($cbs). */
const acceptAnyone = () => ({
  outcome: undefined as boolean | undefined,
  start() {
    this.outcome = true;
  },
});

/** Server options; any option at all also keeps rhea from looking for a connect.json on the disk. */
export const createServerConnection = (container: Container, id: string): Connection =>
  container.create_connection({
    ...{ id, host: "localhost", port: 0, reconnect: false, tcp_no_delay: true },
    max_frame_size: maxFrameBytes,
    idle_time_out: idleTimeout,
    session_buffer_size: { incoming: 2048, outgoing: 65_536 },
    receiver_options: { autoaccept: false, credit_window: 0 },
    sender_options: { treat_modified_as_released: false },
  } as Parameters<Container["create_connection"]>[0]);
