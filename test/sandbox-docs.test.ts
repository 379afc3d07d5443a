import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { action } from "../sandbox/src/faults/action.ts";
import { parseScenario, parseScenarioText } from "../sandbox/src/faults/scenario.ts";
import { provocations } from "./e2e/codes/provocations.ts";

const root = join(import.meta.dirname, "..");
const page = readFileSync(join(root, "docs/sandbox.md"), "utf8");
const fidelity = readFileSync(join(root, "docs/internals/sandbox.md"), "utf8");

/** The words in backticks in the first column of the table with this heading, without those in parentheses. */
function namesIn(heading: string): readonly string[] {
  const rows = page.split(heading)[1]?.split("\n\n")[0] ?? "";
  return [...rows.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.replace(/\(.*?\)/g, "").matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
  );
}

test("every scenario on the sandbox page is valid", () => {
  const scenarios = [...page.matchAll(/<!-- file: scenario.json -->\n```json\n(.*?)```/gs)].map(
    ([, text = ""]) => text,
  );

  expect(scenarios).not.toEqual([]);
  for (const scenario of scenarios) expect(parseScenarioText(scenario).events).not.toEqual([]);
});

test("the sandbox page describes every action, and no other", () => {
  expect(namesIn("| Action | Effect |").toSorted()).toEqual(action.options.map(({ shape }) => shape.do.value).sort());
});

test("the sandbox page describes every key of a scenario, and no other", () => {
  const keys = Object.keys(parseScenario({ roleDelay: "1s" }));

  expect(namesIn("| Key | Meaning |").toSorted()).toEqual(keys.sort());
});

test("every test that the fidelity page names exists", () => {
  let folder = "";
  const tests = [...fidelity.matchAll(/`([\w/-]+(?:\.contract)?\.test\.ts)`/g)].map(([, path = ""]) => {
    if (path.includes("/")) folder = dirname(path);
    return path.includes("/") ? path : join(folder, path);
  });

  expect(tests.length).toBeGreaterThan(20);
  expect(tests.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("the codes that the fidelity page calls real are those that the test provokes without a rule", () => {
  const [, listed = ""] = fidelity.split("the fault is **real**")[1]?.split(":\n") ?? [];
  const codes = [...(listed.split("All others")[0] ?? "").matchAll(/`(\w+)`/g)].map(([, code]) => code);

  expect(codes.sort()).toEqual(Object.keys(provocations).sort());
});
