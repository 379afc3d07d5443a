import { Command } from "commander";
import { expect, test } from "vitest";
import { noTelemetry } from "../../../src/lib/telemetry/telemetry.ts";
import { main } from "../../../src/main.ts";
import { commandRegistry, withHelpLast } from "../../../src/program.ts";
import { createMemoryCloud } from "../../fakes/memory-cloud.ts";
import { output } from "../../fakes/output.ts";
import { fakeTerminal } from "../../fakes/terminal.ts";

const printed = async (...words: readonly string[]) => {
  const terminal = fakeTerminal();
  await main(words, terminal, () => ({ azure: createMemoryCloud().cloud, telemetry: noTelemetry }));
  return terminal.stdout.text();
};

test.each([
  [["-h", "send"], /^Usage: xtenant send /],
  [["--config", "x.json", "--help", "customers", "add"], /^Usage: xtenant customers add /],
  [["-h"], /^Usage: xtenant \[options\] \[command\]/],
])("%j shows the help of the command that is named", async (words, usage) => {
  expect(await printed(...words)).toMatch(usage);
});

test("help behind a command, and behind its words, stays where it is", () => {
  expect(withHelpLast(["send", "acme", "-h"])).toEqual(["send", "acme", "-h"]);
});

test("on a terminal the headings of help are bold, and nothing else is", async () => {
  const terminal = fakeTerminal();
  const stdout = output({ isTTY: true });
  await main(["send", "-h"], { ...terminal, stdout }, () => ({
    azure: createMemoryCloud().cloud,
    telemetry: noTelemetry,
  }));
  const bold = stdout
    .text()
    .split("\u001b[1m")
    .slice(1)
    .map((text) => text.split("\u001b[22m")[0]);

  expect(bold).toEqual(["Usage:", "Arguments:", ...bold.slice(2, -3), "Global Options:", "Examples:", "See also:"]);
  expect(bold.every((text) => text?.endsWith(":"))).toBe(true);
  expect(await printed("send", "-h")).not.toContain("\u001b");
});

test("completion of help offers commands, and none that only scripts call", async () => {
  const offered = (await printed("__complete", "help", "")).split("\n");

  expect(offered).toContain("send");
  expect(offered).not.toContain("__complete");
});

test("a short option means the same in every command", async () => {
  const meanings = new Map<string, Set<string>>();
  type Definition = Awaited<ReturnType<(typeof commandRegistry)[string]["load"]>>;
  const visit = ({ options, subcommands }: Definition): void => {
    for (const { flags, hidden } of Object.values(options)) {
      const [, letter, long] = /^(-\w), (--[\w-]+)/.exec(flags) ?? [];
      if (letter && long && !hidden) meanings.set(letter, (meanings.get(letter) ?? new Set()).add(long));
    }
    subcommands.forEach(visit);
  };
  for (const { load } of Object.values(commandRegistry)) visit(await load(new Command()));

  const shared = [...meanings].filter(([, names]) => names.size > 1).map(([letter, names]) => [letter, ...names]);
  // A number of messages.
  expect(shared).toEqual([["-n", "--count", "--max"]]);
});
