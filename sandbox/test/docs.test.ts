import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { provocations } from "../../test/e2e/codes/provocations.ts";
import { action } from "../src/faults/action.ts";
import { parseScenarioText } from "../src/faults/scenario.ts";

const root = join(import.meta.dirname, "../..");
const document = readFileSync(join(root, "docs/internals/sandbox.md"), "utf8");

test("every scenario in the sandbox's document can be played", () => {
  const scenarios = [...document.matchAll(/```json scenario.json\n(.*?)```/gs)].map(([, text = ""]) => text);

  expect(scenarios).not.toEqual([]);
  for (const scenario of scenarios) expect(parseScenarioText(scenario).events).not.toEqual([]);
});

test("every action is explained, and no other", () => {
  const rows = document.split("| action | what happens |")[1]?.split("\n\n")[0] ?? "";
  const explained = [...rows.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.replace(/\(.*?\)/g, "").matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  );

  expect(explained.sort()).toEqual(action.options.map(({ shape }) => shape.do.value).sort());
});

test("every test that the document leans on is there", () => {
  let folder = "";
  const tests = [...document.matchAll(/`([\w/-]+(?:\.contract)?\.test\.ts)`/g)].map(([, path = ""]) => {
    if (path.includes("/")) folder = dirname(path);
    return path.includes("/") ? path : join(folder, path);
  });

  expect(tests.length).toBeGreaterThan(20);
  expect(tests.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("the codes that the document says are really provoked are those that the test really provokes", () => {
  const [, listed = ""] = document.split("**Really**")[1]?.split("are:") ?? [];
  const codes = [...(listed.split("All others")[0] ?? "").matchAll(/`(\w+)`/g)].map(([, code]) => code);

  expect(codes.sort()).toEqual(Object.keys(provocations).sort());
});
