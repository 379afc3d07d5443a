import { describe, expect, test } from "vitest";
import { findMissingArgument } from "../../../src/cli/command/missing-argument.ts";
import { noTelemetry } from "../../../src/lib/telemetry/telemetry.ts";
import { main } from "../../../src/main.ts";
import { commandRegistry, createProgram } from "../../../src/program.ts";
import { configOnDisk } from "../../fakes/config-on-disk.ts";
import { threeCustomers } from "../../fakes/context.ts";
import { createMemoryCloud } from "../../fakes/memory-cloud.ts";
import { fakeTerminal } from "../../fakes/terminal.ts";

const program = await createProgram({
  loaded: Object.keys(commandRegistry),
  terminal: fakeTerminal(),
  run: () => async () => {},
});
const missing = (line: string) => {
  const found = findMissingArgument(program, line.split(" "));
  return found && { ...found, argument: found.argument.name() };
};

test("the picked words come after the command, before options that take all words", () => {
  expect(missing("grant --wait")).toEqual({ argument: "customers", at: 1 });
  expect(missing("--context prod dlq list -v")).toEqual({ argument: "customers", at: 4, context: "prod" });
  expect(missing("respond --config=a.json --exec ./handle.sh acme")).toEqual({
    argument: "customer",
    at: 1,
    config: "a.json",
  });
  expect(missing("context use")).toEqual({ argument: "name", at: 2 });
  expect(missing("completion")).toEqual({ argument: "shell", at: 1 });
  expect(missing("send --command restart")).toEqual({ argument: "customers and body", at: 1 });
});

describe("nothing is picked", () => {
  test.each([
    ...["grant acme", "grant --all", "grant -t region=eu", "grant --tag=region=eu"],
    // The results are for a program.
    ...["grant --json", "grant -o table", "grant --query customer", "grant --help", "grant -qh"],
    // Another failure is reported.
    ...["grant --unknown", "grant --role", "scheduled cancel", "customers add", "gran", "customers"],
    // All customers, and a body that would be the last word.
    ...["verify", "poll", "send", "send --wait"],
  ])("for %s", (line) => {
    expect(missing(line)).toBeUndefined();
  });
});

test("in CI, and where a stream is no terminal, a missing customer is an error", async () => {
  await using disk = await configOnDisk(threeCustomers);
  const exitCodeOn = async (change: object, env: Record<string, string> = {}) => {
    const terminal = { ...fakeTerminal({ workingDirectory: disk.path, isTTY: true, env }), ...change };
    const ports = () => ({ azure: createMemoryCloud().cloud, telemetry: noTelemetry });
    return main(["customers", "show"], terminal, ports);
  };
  const { stdin, stdout, stderr } = fakeTerminal();

  expect(await exitCodeOn({}, { CI: "1" })).toBe(2);
  expect(await exitCodeOn({}, { TERM: "dumb" })).toBe(2);
  for (const stream of [{ stdin }, { stdout }, { stderr }]) expect(await exitCodeOn(stream)).toBe(2);
});
