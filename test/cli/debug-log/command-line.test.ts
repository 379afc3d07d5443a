import { join } from "node:path";
import { Command } from "commander";
import { expect, test } from "vitest";
import { buildCommand } from "../../../src/cli/command/build-command.ts";
import type { CommandDefinition } from "../../../src/cli/command/define-command.ts";
import { isSensitive } from "../../../src/cli/command/define-option.ts";
import { takeProgramWords } from "../../../src/cli/command/program-words.ts";
import { commandLineEntry } from "../../../src/cli/debug-log/command-line.ts";
import { pollCommand } from "../../../src/commands/poll.ts";
import { sendCommand } from "../../../src/commands/send.ts";
import { commandRegistry } from "../../../src/program.ts";

/** The entry of a command line of `send`. */
async function entryOf(...words: readonly string[]) {
  const root = new Command("xtenant").exitOverride();
  const send = buildCommand(sendCommand, { run: () => async () => {}, workingDirectory: "/srv" });
  root.addCommand(send);
  await root.parseAsync(["send", ...words], { from: "user" });
  return commandLineEntry(send);
}

test("the body of a message is hidden, the customers are shown", async () => {
  expect(await entryOf("acme,fabrikam", "tailspin", "secret")).toMatchObject({
    words: ["send"],
    arguments: { "customers and body": ["acme,fabrikam", "tailspin", "<6 characters>"] },
  });
  expect(await entryOf("--all", "secret")).toMatchObject({ arguments: { "customers and body": ["<6 characters>"] } });
  expect(await entryOf("acme", "--subject", "secret", "--property", "name=secret")).toMatchObject({
    arguments: { "customers and body": ["acme"] },
    options: { "--subject": "<6 characters>", "--property": "<1 words>" },
  });
});

test("of a program only the number of its words is shown", async () => {
  const root = new Command("xtenant").exitOverride();
  const poll = buildCommand(pollCommand, { run: () => async () => {}, workingDirectory: "/srv" });
  root.addCommand(poll);
  const { own } = takeProgramWords(root, ["poll", "acme", "-n", "3", "--exec", "./handler", "-n", "secret"]);
  await root.parseAsync([...own], { from: "user" });

  expect(commandLineEntry(poll)).toEqual({
    words: ["poll"],
    arguments: { customers: ["acme"] },
    options: { "--max": 3, "--exec": "<3 words>" },
  });
});

test("a path is shown as it was resolved", async () => {
  expect(await entryOf("acme", "fabrikam", "--file", "body.json")).toMatchObject({
    arguments: { "customers and body": ["acme", "fabrikam"] },
    options: { "--file": "/srv/body.json" },
  });
});

test("the values that the debug log shows are the reviewed ones", async () => {
  const visit = ({ options, arguments: args, subcommands }: CommandDefinition, typed: string): readonly string[] => [
    ...Object.entries(args).flatMap(([name, argument]) => (isSensitive(argument) ? [] : [`${typed} <${name}>`])),
    ...Object.values(options).flatMap((option) =>
      isSensitive(option) || !/[<[]/.test(option.flags) ? [] : [`${typed} ${option.flags}`],
    ),
    ...subcommands.flatMap((child) => visit(child, `${typed} ${child.name}`)),
  ];
  const definitions = Object.entries(commandRegistry).map(async ([word, { load }]) =>
    visit(await load(new Command()), word),
  );
  const shown = (await Promise.all(definitions)).flat();

  await expect(`${shown.join("\n")}\n`).toMatchFileSnapshot(
    join(import.meta.dirname, "../../golden/debug-log-values.txt"),
  );
});
