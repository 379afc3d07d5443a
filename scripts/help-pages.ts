import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { helpPagePath, helpWidths } from "../src/cli/help/help-page.ts";
import { commandTree } from "./command-tree.ts";

/** The pages that `printHelpPage` prints, by their paths: the help of every command and alias in each width, and the version. */
export async function helpPages(): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>();
  for (const width of helpWidths) {
    const visit = (command: Command, words: readonly string[]) => {
      pages.set(helpPagePath(words, width), command.helpInformation());
      for (const child of command.commands)
        for (const word of [child.name(), ...child.aliases()]) visit(child, [...words, word]);
    };
    const program = await commandTree(width);
    visit(program, []);
    pages.set(helpPagePath(["--version"], width), `${program.version()}\n`);
  }
  return pages;
}

export async function writeHelpPages(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const [path, text] of await helpPages()) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
