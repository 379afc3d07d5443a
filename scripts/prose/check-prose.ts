import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { TextlintKernel } from "@textlint/kernel";
import type { TextlintPluginCreator } from "@textlint/types";
import { proseInComments, proseInHelp, proseInTypeScript } from "./plugins.ts";
import { proseRules } from "./rules.ts";

const root = join(import.meta.dirname, "../..");

/** Everything that a person reads: documents, help, messages, comments, names of tests. */
const read = [
  "*.md",
  "{docs,deploy,examples,sandbox,.github}/**/*.md",
  "test/golden/help/*.txt",
  "{bin,src,sandbox,scripts,bench,test}/**/*.{ts,mjs,py}",
  "{deploy,examples,.github}/**/*.{yml,yaml,bicep}",
  ".ci/*",
  "Containerfile",
  "docs/.vitepress/*.ts",
];
const left = ["**/node_modules/**", "**/dist/**", "scripts/prose/banned-words.ts", "test/prose.test.ts"];

export type Finding = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
};

/** What the rules find in a text; the name of its file says of which kind it is. */
export async function checkText(file: string, text: string): Promise<readonly Finding[]> {
  const { messages } = await new TextlintKernel().lintText(text, {
    // Only scripts of the shell, and the Containerfile, have no extension.
    ext: extname(file) || ".sh",
    filePath: file,
    plugins: plugins.map(({ id, plugin }) => ({ pluginId: id, plugin })),
    rules: proseRules(extname(file), longestLine),
  });
  return messages.map(({ loc: { start }, message }) => ({ file, line: start.line, column: start.column, message }));
}

// A CommonJS module whose default export Node and Vitest see differently when it is imported.
const { default: markdown } = createRequire(import.meta.url)("@textlint/textlint-plugin-markdown");

const plugins: readonly { readonly id: string; readonly plugin: TextlintPluginCreator }[] = [
  { id: "markdown", plugin: markdown },
  { id: "typescript", plugin: proseInTypeScript },
  { id: "help", plugin: proseInHelp },
  { id: "comments", plugin: proseInComments },
];

const longestLine = Number(/max_line_length = (\d+)/.exec(await readFile(join(root, ".editorconfig"), "utf8"))?.[1]);

export const filesToRead = () => globSync(read, { cwd: root, exclude: left }).sort();

export async function checkFiles(files: readonly string[]): Promise<readonly Finding[]> {
  const found = await Promise.all(files.map(async (file) => checkText(file, await readFile(join(root, file), "utf8"))));
  return found.flat();
}
