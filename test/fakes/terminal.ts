import { Readable } from "node:stream";
import type { Terminal } from "../../src/cli/terminal/terminal.ts";
import { output } from "./output.ts";

type Options = {
  readonly input?: string;
  readonly env?: Terminal["env"];
  readonly isTTY?: boolean;
  readonly signal?: AbortSignal;
  readonly workingDirectory?: string;
};

/** A terminal of buffers. */
export function fakeTerminal({ input = "", env = {}, isTTY = false, signal, workingDirectory = "/" }: Options = {}) {
  return {
    stdin: Object.assign(Readable.from(input === "" ? [] : [Buffer.from(input)]), { isTTY }),
    stdout: output({ isTTY }),
    stderr: output({ isTTY }),
    // No test shows a text in the pager of this machine.
    env: { XTENANT_PAGER: "cat", ...env },
    workingDirectory,
    self: ["node"],
    expectConnections: () => {},
    signal: signal ?? new AbortController().signal,
  } satisfies Terminal;
}
