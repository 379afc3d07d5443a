import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { scenes } from "../../scripts/pictures/scenes.ts";
import { steadyWords } from "../../scripts/pictures/steady-words.ts";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const files = globSync("docs/images/*", { cwd: root }).sort();

/** The pictures that the documents show, as paths from the root. */
const embedded = globSync(["*.md", "docs/**/*.md"], { cwd: root }).flatMap((page) =>
  [...read(page).matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path = ""]) =>
    relative(root, join(root, dirname(page), path)),
  ),
);

test("`npm run picture` makes each picture, and the documents show each", () => {
  const made = ["demo", ...scenes.map(({ name }) => name)].map((name) => `docs/images/${name}.svg`).sort();

  expect(files).toEqual(made);
  expect([...new Set(embedded)].sort()).toEqual(made);
});

test.each(files)("%s is text for everyone, needs nothing from elsewhere, and names nothing of a machine", (file) => {
  const picture = read(file);

  expect(picture).toMatch(
    /role="img" aria-labelledby="title description">\n<title id="title">.+<\/title>\n<desc id="description">.+<\/desc>/,
  );
  expect(picture.match(/<(?:image|script|foreignObject|use|a)\b|@import|@font-face|href=|url\((?!#)/g)).toBeNull();
  expect(
    picture.replace('xmlns="http://www.w3.org/2000/svg"', "").match(/https?:\/\/(?!localhost:8443\b)[^ <]*/g),
  ).toBeNull();
  expect(picture.match(/(?<![\w.])\/(?:tmp|home|root|work|Users|var|usr)\b[^ <]*|localhost:(?!8443)\d+/g)).toBeNull();
});

test.each(scenes)("the picture $name is of the command in the list", ({ name, title, description, words }) => {
  const picture = read(`docs/images/${name}.svg`);

  expect(picture).toContain(`<title id="title">${title}</title>\n<desc id="description">${description}</desc>`);
  expect(picture).toContain(`class="dim">xtenant ${words.join(" ")}</text>`);
});

test("ids, times, ages and ports are the same in each recording, and columns stay straight on a screen", () => {
  const { onScreen, inText } = steadyWords();
  const line = "k7m2-q4xd-9rtp  12s  x 2026-11-27T02:46:13.740Z 02:46:35 UTC localhost:40689";

  expect(onScreen(line)).toBe("c0mm-andn-0001  4s   x 2026-01-31T09:00:00.000Z 09:00:00 UTC localhost:8443");
  expect(onScreen("to aaaa-bbbb-cccc, k7m2-q4xd-9rtp")).toBe("to c0mm-andn-0002, c0mm-andn-0001");
  expect(inText("\u001b[1mk7m2-q4xd-9rtp\u001b[22m at 2026-11-27T02:46:13.740Z")).toBe(
    "\u001b[1mc0mm-andn-0001\u001b[22m at 2026-01-31T09:00:00Z",
  );
});
