import type { Duplex } from "node:stream";

/** A transfer's performative follows eight bytes of header and two bytes of descriptor. */
const isTransfer = (frame: Buffer) => frame[8] === 0 && frame[9] === 0x53 && frame[10] === 0x14;

/** Writes half of the next transfer frame and then cuts the connection. */
export function cutNextTransfer(socket: Duplex): void {
  const replaceWrite = (write: (frame: Buffer) => boolean) => Object.assign(socket, { write });
  const restoreWrite = () => Reflect.deleteProperty(socket, "write");

  replaceWrite(function pass(frame) {
    restoreWrite();
    if (!isTransfer(frame)) {
      const hasRoom = socket.write(frame);
      replaceWrite(pass);
      return hasRoom;
    }
    socket.write(frame.subarray(0, frame.length >> 1), () => socket.destroy());
    replaceWrite(() => true);
    return true;
  });
}
