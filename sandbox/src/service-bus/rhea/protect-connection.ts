import type { Duplex } from "node:stream";
import type { Connection, Receiver } from "rhea";
import { createFrameGuard } from "./frame-guard.ts";
import { maxFrameBytes } from "./patch-rhea.ts";
import { channelMax, handleMax } from "./server-container.ts";
import { createWriteGate } from "./write-gate.ts";

/** AMQP 1.0 §2.7.1: a peer must accept frames of this size. With less, rhea would split messages without end. */
const smallestMaxFrame = 512;

/** No session has more deliveries in progress than this, so no valid disposition covers more. */
const mostDeliveries = 65_536;

export type Protection = {
  readonly log: (line: string) => void;
  /** Called before written bytes leave the process. */
  readonly commit: (() => void) | undefined;
};

/**
 * Adds the limits that rhea lacks to one connection: frame size, channels, handles, the range of a disposition, credit, and errors in
 * code that rhea runs later. A client that exceeds a limit loses its connection; other clients are not affected.
 */
export function protectConnection(connection: Connection, socket: Duplex, { log, commit }: Protection): void {
  const gatherWrites = createWriteGate(socket, commit);
  const withinLimits = createFrameGuard(maxFrameBytes);
  const { input, output, on_begin, on_attach, on_disposition, on_transfer, _process } = connection;
  const drop = (why: string) => {
    if (socket.destroyed) return;
    log(`bus: connection dropped: ${why}`);
    socket.destroy();
  };

  /** rhea catches some errors that its input causes, and no others. */
  const orDrop = (run: () => void) => {
    try {
      run();
    } catch (error) {
      drop(String(error));
    }
  };

  connection.input = (bytes) => {
    if (socket.destroyed) return;
    if (!withinLimits(bytes)) return drop(`a frame is larger than ${maxFrameBytes} bytes, or no frame`);
    orDrop(() => {
      input.call(connection, bytes);
      connection.each_receiver((link: Receiver) => {
        if (isOverdue(link)) drop("a message goes on far beyond its limit");
      });
    });
  };

  connection._process = () => orDrop(() => _process.call(connection));

  connection.output = () => {
    gatherWrites();
    output.call(connection);
  };

  connection.on_begin = (frame) => {
    if (frame.channel <= channelMax) on_begin.call(connection, frame);
    else drop(`a channel is above ${channelMax}`);
  };

  connection.on_attach = (frame) => {
    if (frame.performative.handle <= handleMax) on_attach.call(connection, frame);
    else drop(`a handle is above ${handleMax}`);
  };

  // A session's links may be closed after the session: Azure's AMQP library passes over what comes then, and rhea would throw.
  for (const name of ["on_detach", "on_end"] as const) {
    const handle = connection[name];
    connection[name] = (frame) => {
      if (connection.remote_channel_map[frame.channel]) handle.call(connection, frame);
    };
  }

  connection.on_disposition = (frame) => {
    const { first, last = first } = frame.performative;
    if (last - first < mostDeliveries) on_disposition.call(connection, frame);
    else drop("a disposition reaches too far");
  };

  /** rhea accepts transfers without credit, and a client could fill the memory with them. */
  connection.on_transfer = (frame) => {
    const link = connection.remote_channel_map[frame.channel]?.remote.handles[frame.performative.handle];
    if (link?.credit === 0 && !link._incomplete) drop("a transfer came without credit");
    else if (!socket.destroyed) on_transfer.call(connection, frame);
  };

  connection.on("connection_open", () => {
    const { max_frame_size: size } = connection;
    if (size !== undefined && size !== null && size < smallestMaxFrame) drop(`frames of ${size} bytes are too small`);
  });
  for (const fault of ["error", "protocol_error"])
    connection.on(fault, (error: Error) => drop(`${error.name}: ${error.message}`));
}

/** How far a message in several frames may exceed the limit of its link before the connection is dropped, in bytes. */
const slack = 4 * 1024 ** 2;

function isOverdue({ _incomplete: incomplete, local }: Receiver) {
  const held = incomplete?.frames?.reduce((sum, frame) => sum + (frame?.length ?? 0), 0) ?? 0;
  return held > (local.attach.max_message_size ?? 0) + slack;
}
