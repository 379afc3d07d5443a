import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { noTelemetry } from "../src/lib/telemetry/telemetry.ts";
import { main } from "../src/main.ts";
import { commandRegistry, createProgram } from "../src/program.ts";
import { configOnDisk } from "./fakes/config-on-disk.ts";
import { threeCustomers } from "./fakes/context.ts";
import { withDeadLetters } from "./fakes/dead-letters.ts";
import { fakeTerminal } from "./fakes/terminal.ts";

const root = join(import.meta.dirname, "..");

/** Values for the arguments that help names, and for the mandatory options. */
const argumentsOf: Readonly<Record<string, readonly string[]>> = {
  customer: ["acme"],
  customers: ["acme"],
  body: ["hello"],
  code: ["AADSTS700016"],
  shell: ["bash"],
  name: ["northwind"],
  numbers: ["1"],
  file: ["no-such-file.csv"],
  "id or name": ["job-runner"],
};
const optionsOf: Readonly<Record<string, readonly string[]>> = {
  "customers add": ["--tenant", "6f1c2d3e-4b5a-4c7d-8e9f-0a1b2c3d4e5f", "--namespace", "n.servicebus.windows.net"],
  "app credential remove": ["--force"],
  init: ["--out", "other.json"],
  respond: ["--once"],
};

/** They start a process or a server of their own. */
const apart = ["demo", "sandbox", "sandbox env"];

/** The commands that ask, and the option that avoids the question. */
const asking: Readonly<Record<string, string>> = {
  init: "--tenant",
  offboard: "--yes",
  "dead-letter purge": "--yes",
  "dead-letter resubmit": "--yes",
  "app credential remove": "--yes",
};

const program = await createProgram({
  loaded: Object.keys(commandRegistry),
  terminal: fakeTerminal(),
  run: () => async () => {},
});
const leaves = (command: Command, typed: readonly string[]): readonly (readonly [string, Command])[] =>
  command.commands.length === 0 || typed.join(" ") === "sandbox"
    ? [[typed.join(" "), command]]
    : command.commands.flatMap((child) => leaves(child, [...typed, child.name()]));
const commands = leaves(program, []).filter(([typed]) => !apart.includes(typed));

/** Runs a command with an empty pipe as its input. */
async function inPipe(typed: string, command: Command) {
  const { memory } = await withDeadLetters("acme");
  const app = await memory.apps.registrations.find({ clientId: memory.apps.clientId });
  if (app) await memory.apps.registrations.trust(app, trust);
  await using disk = await configOnDisk(threeCustomers);
  const terminal = fakeTerminal({ workingDirectory: disk.path, env: { XDG_CONFIG_HOME: disk.path } });
  const given = command.registeredArguments.flatMap((argument) => argumentsOf[argument.name()] ?? []);
  const line = [...typed.split(" "), ...given, ...(optionsOf[typed] ?? [])];
  const exitCode = await main(line, terminal, () => ({ azure: memory.cloud, telemetry: noTelemetry }));
  return { exitCode, said: terminal.stderr.text() };
}

const trust = {
  name: "job-runner",
  issuer: "https://issuer.example",
  subject: "job",
  audience: "api://AzureADTokenExchange",
};

test("the test covers every command, and each command in the list of questions exists", () => {
  expect(commands.length).toBeGreaterThan(28);
  expect(Object.keys(asking).filter((typed) => !commands.some(([one]) => one === typed))).toEqual([]);
});

test.each(commands)(
  "%s in a pipe asks nobody: it does its work, or names the option that is missing",
  async (typed, command) => {
    const { exitCode, said } = await inPipe(typed, command);
    const option = asking[typed];

    expect(exitCode).not.toBe(1);
    if (option === undefined) return expect(said).not.toContain("there is no terminal to ask on");
    expect({ exitCode, said }).toEqual({ exitCode: 2, said: expect.stringContaining(`${option} is missing`) });
    expect(command.options.map(({ long }) => long)).toContain(option);
  },
);

test("every question uses one function, which first checks for a terminal", () => {
  const sources = globSync("{bin,src}/**/*.ts", { cwd: root });
  const prompting = sources.filter((file) =>
    /["']inquirer["']|readline\/promises|\.question\(/.test(readFileSync(join(root, file), "utf8")),
  );
  expect(prompting).toEqual(["src/cli/terminal/prompts.ts"]);
});
