import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTerminal, shellLine } from "../../scripts/pictures/emulated-terminal.ts";
import { protectContext } from "./protected-context.ts";
import { hasTerminal } from "./pseudo-terminal.ts";
import { cleanEnv, openSandbox, program, xtenant } from "./xtenant.ts";

const needed = hasTerminal ? "" : "(skipped: util-linux's script is not on this machine) ";
const size = { columns: 80, rows: 24 };
const [enter, leave, controlC, controlZ] = ["\r", "\u001b", "\u0003", "\u001a"];

let sandbox: Awaited<ReturnType<typeof openSandbox>>;
let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "xtenant-browse-"));
  sandbox = await openSandbox();
  await sandbox.x("onboard", "acme", "--provision", "--grant", "--role", "data-owner", "--round-trip", "0s");
  await sandbox.x("send", "acme", '{"service":"web","text":"\u202eneat"}', "--subject", "restart");
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

/** The shell goes on after the program was suspended, and puts it in the foreground again after Enter. */
const withJobControl = (line: string) =>
  `set -m; ${line}; echo "shell has $?"; read; fg >/dev/null; echo "end has $?"; read`;

const onTerminal = (line: string, env: NodeJS.ProcessEnv = {}) =>
  openTerminal(line, { ...size, cwd: sandbox.folder, env: { ...cleanEnv, HOME: home, LANG: "C.UTF-8", ...env } });

test.skipIf(!hasTerminal)(
  `${needed}a person goes from customers to one message and back, suspends, resizes and ends`,
  async () => {
    const line = shellLine(process.execPath, program, "browse");
    await using terminal = onTerminal(withJobControl(line), { NO_COLOR: "1" });

    // A customer without consent is on the screen with its reason, and holds up nobody.
    await terminal.shows(/✓ {2}acme {6}1\/0\/0/);
    await terminal.shows(/✗ {2}fabrikam .*has not consented/);
    expect(terminal.isAlternate()).toBe(true);
    terminal.type(enter);
    await terminal.shows("> acme");
    // The terminal is asked to copy the command line (OSC 52).
    terminal.type("c");
    await terminal.shows("Copy this command line to the clipboard?");
    terminal.type("y");
    await terminal.shows("copied: xtenant status acme");
    const [, copied = ""] = terminal.written().split("\u001b]52;c;");
    expect(Buffer.from(copied.split("\u0007")[0] ?? "", "base64").toString()).toBe("xtenant status acme");
    terminal.type("kk");
    await terminal.shows(/^> {2}commands/m);
    terminal.type(enter);
    await terminal.shows(/restart {2}\{"service":"web"/);
    terminal.type(enter);
    await terminal.shows('"text": "\\u{202e}neat"');
    expect(terminal.screen()).toContain("content type     application/json");

    terminal.type(controlZ);
    await terminal.shows("shell has 148");
    expect(terminal.isAlternate()).toBe(false);
    expect(terminal.screen()).not.toContain("neat");
    terminal.resize({ columns: 60, rows: 12 });
    terminal.type(enter);
    await terminal.shows('"service": "web"');
    expect(terminal.isAlternate()).toBe(true);
    terminal.resize({ columns: 100, rows: 30 });
    await terminal.shows(/Body \(JSON.*\n\{\n.*\n.*neat"\n\}/);
    expect(terminal.screen().match(/sequence number/g)).toHaveLength(1);
    terminal.resize({ columns: 50, rows: 10 });
    await terminal.shows(/^lines 1 to 4 of 13\nSystem\n.*\n.*\n.*\n\n\n.*c comma…$/m);
    expect(terminal.screen().match(/sequence number/g)).toHaveLength(1);

    terminal.type(leave);
    await terminal.shows(/^> {2}1 /m);
    terminal.type("q");
    await terminal.shows("end has 0");
    expect(terminal.isAlternate()).toBe(false);
    const colours = [31, 32, 33, 36].map((code) => `\u001b[${code}m`);
    expect(colours.filter((colour) => terminal.written().includes(colour))).toEqual([]);
  },
  40_000,
);

test.skipIf(!hasTerminal)(
  `${needed}in a protected context its name is asked for, and a command is edited and sent again, in ASCII; Ctrl-C ends with 130`,
  async () => {
    const { env, question, audited } = await protectContext(sandbox.config, home);
    const line = `${shellLine(process.execPath, program, "browse", "acme", "--allow-changes")}; echo "end has $?"; read`;
    await using terminal = onTerminal(line, { ...env, LANG: "C", EDITOR: "sed -i s/web/api/" });

    await terminal.shows(question);
    terminal.type("acme\r");
    await terminal.shows("expected prod");
    expect(await audited("browse")).toEqual([]);
    terminal.type("\u007f".repeat(4));
    terminal.type("prod\r");
    await terminal.shows(/commands {18}commands {2}1/);
    terminal.type("kk");
    await terminal.shows(/^> {2}commands/m);
    terminal.type(enter);
    await terminal.shows(/restart {2}\{"service":"web"/);
    terminal.type("s");
    await terminal.shows("Send the edited copy of 1 message of acme's commands to that queue (prod)?");
    expect(await audited("browse")).toEqual(["begin browse"]);
    terminal.type("y");
    await terminal.shows(/sent \S+ to commands/);
    await terminal.shows(/restart {2}\{"service":"api"/);
    terminal.type("?");
    await terminal.shows("up down  j k");
    expect(terminal.screen()).toMatch(/^[\x20-\x7e\n]*$/);
    terminal.type(controlC);
    await terminal.shows("end has 130");
    expect(terminal.isAlternate()).toBe(false);
    expect(terminal.written().slice(-300)).toContain("\u001b[?25h");
    // What was changed stays on the terminal.
    expect(terminal.screen()).toMatch(/^sent \S+ to acme \(commands\)$/m);
    expect(await audited("browse")).toEqual(["begin browse", "result browse sent acme", "end browse interrupted"]);
  },
  40_000,
);

test("without a terminal it ends with 2 and names the commands for a pipe", async () => {
  const { exitCode, stderr } = await xtenant(["browse", "acme"]);

  expect(exitCode).toBe(2);
  expect(stderr).toContain("xtenant poll --peek");
  expect(await xtenant(["browse", "-o", "json"])).toMatchObject({ exitCode: 2, stdout: "" });
});
