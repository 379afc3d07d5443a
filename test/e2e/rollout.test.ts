import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openTerminal, shellLine } from "../../scripts/pictures/emulated-terminal.ts";
import { protectContext } from "./protected-context.ts";
import { hasTerminal } from "./pseudo-terminal.ts";
import { cleanEnv, jsonLines, launch, openSandbox, program } from "./xtenant.ts";

const needed = hasTerminal ? "" : "(skipped: util-linux's script is not on this machine) ";

test.skipIf(!hasTerminal)(
  `${needed}after kill -9 a rollout in a protected context is resumed on a terminal: no command is sent twice, and the causes stay`,
  async () => {
    const sandbox = await openSandbox("--customers", "5", "--delay", "20ms");
    onTestFinished(() => sandbox[Symbol.asyncDispose]());
    await sandbox.x("onboard", "--all", "--provision", "--grant", "--role", "data-owner", "--round-trip", "0s");
    const { env: user, question, audited } = await protectContext(sandbox.config, sandbox.folder);
    const results = join(sandbox.folder, "restart.ndjson");
    const lockFile = ".restart.ndjson.running";
    const state = { ...user, XDG_STATE_HOME: sandbox.folder };
    const answering = sandbox.x("respond", "acme", "--max", "1");

    const plan = ["--first", "1", "--rate", "1/s", "--timeout", "2s", "--results", results];
    const rollout = launch(["rollout", "--all", "restart", "--context", "prod", ...plan], { env: state });
    const ended = once(rollout, "close");
    const steps = async (step: string) =>
      (await readFile(results, "utf8").catch(() => "")).split(`{"rollout":"${step}"`).length - 1;
    // The link has a delay: the third command is on the disk, and perhaps on its way.
    await expect.poll(() => steps("sending"), { interval: 2 }).toBe(3);
    rollout.kill("SIGKILL");
    await ended;
    await answering;
    // On a slow machine the broker may have acknowledged it before the kill.
    const unknown = 3 - (await steps("sent"));
    expect([0, 1]).toContain(unknown);
    expect(await steps("answered")).toBe(1);
    const before = await audited("rollout");
    expect(before.slice(0, 3)).toEqual(["begin rollout", "result rollout rollout", "result rollout sent acme"]);
    expect(await readdir(sandbox.folder)).toContain(lockFile);

    const line = shellLine(process.execPath, program, "rollout", "resume", results);
    await using terminal = openTerminal(`${line}; echo "end has $?"; read`, {
      ...{ columns: 80, rows: 24, cwd: sandbox.folder },
      env: { ...cleanEnv, ...state, HOME: sandbox.folder, LANG: "C.UTF-8" },
    });
    await terminal.shows(question);
    expect(await audited("rollout")).toEqual(before);
    terminal.type("prod\r");
    await terminal.shows(/send to 2\s+customers\s+\(customer-4, customer-5\)/);
    if (unknown) expect(terminal.screen()).toMatch(/unknown .* to tailspin: only their statuses/);
    terminal.type("y\r");
    await terminal.shows(/waiting {2}customer-4, customer-5$/m);
    expect(terminal.isAlternate()).toBe(true);
    await terminal.shows("end has 3");
    expect(terminal.isAlternate()).toBe(false);
    const [, counts = "", causes] = terminal
      .screen()
      .split(/\n(?= {5}1 {2}answered)|\n(?=failed 4 customers: timed out)/);
    expect(counts).toBe(`     1  answered\n     ${4 - unknown}  no status\n${unknown ? "     1  unknown\n" : ""}`);
    expect(causes).toMatch(/^ {2}names customer-4, customer-5, fabrikam, tailspin\n {2}next {2}xtenant poll/m);

    const trail = (await audited("rollout")).slice(before.length);
    expect([trail[0], trail.at(-1)]).toEqual(["begin rollout resume", "end rollout resume failed"]);
    expect(trail).toContain("result rollout resume sent customer-5");

    const status = await sandbox.x("status", "--all", "--json");
    const waiting = jsonLines(status.stdout).flatMap(({ customer, commands }) =>
      commands ? [[customer, (commands as { readonly active: number }).active]] : [],
    );
    const { tailspin, ...others } = Object.fromEntries(waiting);
    expect(others).toEqual({ acme: 0, fabrikam: 1, "customer-4": 1, "customer-5": 1 });
    expect(unknown ? [0, 1] : [1]).toContain(tailspin);
    expect(await steps("sending")).toBe(5);
    expect(await readdir(sandbox.folder)).not.toContain(lockFile);
  },
  40_000,
);
