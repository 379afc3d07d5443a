import { Writable } from "node:stream";

/** A stream that keeps its output, as a terminal or as a pipe. */
export function output({ isTTY = false, failure }: { isTTY?: boolean; failure?: Error } = {}) {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      if (failure) return done(failure);
      chunks.push(String(chunk));
      done();
    },
  });
  // Like the streams of the process, whose owner listens for a closed reader.
  stream.on("error", () => {});
  return Object.assign(stream, { isTTY, text: () => chunks.join("") });
}
