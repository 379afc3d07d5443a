import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { expect, test } from "vitest";
import type { CommandDefinition } from "../../src/cli/command/define-command.ts";
import { commandRegistry } from "../../src/program.ts";

test("the schema of records describes every command that prints records", async () => {
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, "../../schema/records.schema.json"), "utf8"));
  const words: string[] = [];
  const visit = ({ perform, subcommands }: CommandDefinition, typed: string) => {
    if (perform) words.push(typed);
    for (const child of subcommands) visit(child, `${typed} ${child.name}`);
  };
  for (const [word, { load }] of Object.entries(commandRegistry)) visit(await load(new Command()), word);

  expect(Object.keys(schema.properties).sort()).toEqual([...words, "error", "log"].sort());
});
