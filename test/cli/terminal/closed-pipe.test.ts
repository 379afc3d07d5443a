import { expect, test } from "vitest";
import { isClosedPipe } from "../../../src/cli/terminal/terminal.ts";

test.each([
  [Object.assign(new Error("write EPIPE"), { code: "EPIPE" }), true],
  [Object.assign(new Error("destroyed"), { code: "ERR_STREAM_DESTROYED" }), true],
  [Object.assign(new Error("no space"), { code: "ENOSPC" }), false],
  [new Error("EPIPE"), false],
  [{ code: "EPIPE" }, false],
  ["SIGINT", false],
  [undefined, false],
])("%s means that the reader closed the pipe: %s", (error, closed) => {
  expect(isClosedPipe(error)).toBe(closed);
});
