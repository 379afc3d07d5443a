import { expect, onTestFinished, test } from "vitest";
import { hasTerminal, onTerminal } from "./pseudo-terminal.ts";
import { openSandbox } from "./xtenant.ts";

const needed = hasTerminal ? "" : "(skipped: util-linux's script is not on this machine) ";
const interrupt = "\u0003";

test.skipIf(!hasTerminal)(
  `${needed}Ctrl-C leaves a clean terminal after a tail or a board`,
  async () => {
    const sandbox = await openSandbox();
    onTestFinished(() => sandbox[Symbol.asyncDispose]());
    await sandbox.x("onboard", "acme", "--provision", "--grant", "--role", "data-owner", "--round-trip", "0s");

    const watched = (args: readonly string[], shown: string) =>
      onTerminal([...args, "--watch"], { cwd: sandbox.folder, answers: [[shown, interrupt]] });
    const tail = await watched(["poll", "acme"], "1 live  no message yet");
    const board = await watched(["status", "acme"], "1 customer: ");

    expect([tail.exitCode, board.exitCode]).toEqual([130, 130]);
    // The line is erased, and the cursor is visible again.
    const rest = tail.screen.slice(tail.screen.lastIndexOf("no message yet"));
    expect(rest).toContain("\u001b[2K");
    expect(rest).toContain("\u001b[?25h");
    // The board stays visible.
    const below = board.screen.slice(board.screen.lastIndexOf("1 customer: "));
    expect(below).not.toContain("\u001b[2K");
    expect(below).toContain("\u001b[?25h");
  },
  30_000,
);
