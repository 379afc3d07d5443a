import { expect, onTestFinished, test } from "vitest";
import { openTerminal, shellLine } from "../../scripts/pictures/emulated-terminal.ts";
import { hasTerminal, onTerminal } from "./pseudo-terminal.ts";
import { cleanEnv, openSandbox, program } from "./xtenant.ts";

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

    const line = shellLine(process.execPath, program, "status", "--watch");
    await using terminal = openTerminal(`set -m; ${line}; read; fg >/dev/null; echo "end has $?"; read`, {
      ...{ columns: 80, rows: 24, cwd: sandbox.folder },
      env: { ...cleanEnv, HOME: sandbox.folder, LANG: "C.UTF-8" },
    });
    const { type, shows, screen, resize, isAlternate } = terminal;
    await shows(/^✓ {2}acme/m);
    type("/fab");
    await shows("filter: fab_");
    expect(screen()).toMatch(/^✗ {2}fabrikam/m);
    expect(screen()).not.toContain("acme ");
    type("\r?");
    await shows("the age of the status that has waited the longest");
    type("?\u001a");
    await expect.poll(isAlternate).toBe(false);
    resize({ columns: 50, rows: 12 });
    type("\r");
    await shows(/^ *CUSTOMER.*\n✗ {2}fabrikam.*/m);
    type("\u001b");
    await shows(/^✓ {2}acme/m);
    // Each row stands once, and what was typed is nowhere.
    expect(screen().match(/fabrikam {2}/g)).toHaveLength(1);
    expect(screen()).not.toContain("/fab");
    type("q");
    await shows("end has 130");
    expect(isAlternate()).toBe(false);
  },
  30_000,
);
