import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

test("the list of changes to rhea was checked against the installed version", () => {
  const entry = createRequire(import.meta.url).resolve("rhea");
  const { version } = JSON.parse(readFileSync(join(dirname(entry), "../package.json"), "utf8"));
  const list = readFileSync(join(import.meta.dirname, "../../src/service-bus/rhea/README.md"), "utf8");

  expect(list).toContain(`Checked against rhea **${version}**`);
});
