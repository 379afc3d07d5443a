import { globSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sidebar } from "../docs/.vitepress/sidebar.ts";

const root = join(import.meta.dirname, "..");
const linked = (groups: typeof sidebar) => groups.flatMap(({ items = [] }) => items.map(({ link }) => link));

test("the sidebar of the documentation site lists every document, the users' first", () => {
  const page = (file: string) => `/${file.replace(/(?:README)?\.md$/, "")}`;
  const users = sidebar.filter(({ collapsed }) => !collapsed);
  const maintainers = sidebar.filter(({ collapsed }) => collapsed);

  expect(linked(users)).toEqual(expect.arrayContaining(globSync("docs/*.md", { cwd: root }).map(page)));
  expect(linked(users).filter((link) => link?.includes("internals"))).toEqual([]);
  expect(linked(maintainers)).toEqual(
    expect.arrayContaining(globSync("docs/internals/**/*.md", { cwd: root }).map(page)),
  );
});
