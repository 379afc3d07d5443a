import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { action } from "../sandbox/src/faults/action.ts";
import { parseScenarioText } from "../sandbox/src/faults/scenario.ts";
import { provocations } from "./e2e/codes/provocations.ts";

const root = join(import.meta.dirname, "..");
const document = readFileSync(join(root, "docs/internals/sandbox.md"), "utf8");

test("every scenario in the document is valid", () => {
  const scenarios = [...document.matchAll(/<!-- file: scenario.json -->\n```json\n(.*?)```/gs)].map(
    ([, text = ""]) => text,
  );

  expect(scenarios).not.toEqual([]);
  for (const scenario of scenarios) expect(parseScenarioText(scenario).events).not.toEqual([]);
});

test("the document describes every action, and no other", () => {
  const rows = document.split("| action | effect |")[1]?.split("\n\n")[0] ?? "";
  const explained = [...rows.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.replace(/\(.*?\)/g, "").matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  );

  expect(explained.sort()).toEqual(action.options.map(({ shape }) => shape.do.value).sort());
});

test("every test that the document names exists", () => {
  let folder = "";
  const tests = [...document.matchAll(/`([\w/-]+(?:\.contract)?\.test\.ts)`/g)].map(([, path = ""]) => {
    if (path.includes("/")) folder = dirname(path);
    return path.includes("/") ? path : join(folder, path);
  });

  expect(tests.length).toBeGreaterThan(20);
  expect(tests.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("the codes that the document calls real are those that the test provokes without a rule", () => {
  const [, listed = ""] = document.split("the fault is **real**")[1]?.split(":\n") ?? [];
  const codes = [...(listed.split("All others")[0] ?? "").matchAll(/`(\w+)`/g)].map(([, code]) => code);

  expect(codes.sort()).toEqual(Object.keys(provocations).sort());
});
