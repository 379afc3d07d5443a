import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { noTelemetry } from "../src/lib/telemetry/telemetry.ts";
import { main } from "../src/main.ts";
import { createMemoryCloud } from "./fakes/memory-cloud.ts";
import { fakeTerminal } from "./fakes/terminal.ts";

const root = join(import.meta.dirname, "..");

/** Every `new Failure(…)` of the tool: its arguments as they stand in the source. */
const made = globSync("src/{commands,cli,lib}/**/*.ts", { cwd: root }).flatMap((file) => {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/new Failure\(/g)].map(({ index }) => {
    const line = text.slice(0, index).split("\n").length;
    return { place: `${file}:${line}`, argumentsText: inBrackets(text, index + "new Failure".length) };
  });
});

function inBrackets(text: string, from: number): string {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "(") depth += 1;
    if (text[at] === ")") depth -= 1;
    if (depth === 0) return text.slice(from, at + 1);
  }
  throw new Error("a bracket is not closed");
}

/** A bug is reported, who stops does so on purpose, and a refused command line is answered with its help by `main`. */
const needsNoHint = /^\(\s*"(?:bug|interrupted|usage)"/;

const ports = () => ({ azure: createMemoryCloud().cloud, telemetry: noTelemetry });

/** Another failure, or the record of one, said in other words. */
const passesOn = /options\)$|rest\)$|hint/s;

test("every failure says what to do next", () => {
  expect(made.length).toBeGreaterThan(80);
  const without = made.filter(({ argumentsText }) => !needsNoHint.test(argumentsText) && !passesOn.test(argumentsText));
  expect(without.map(({ place }) => place)).toEqual([]);
});

test.each([
  [["status", "--watch", "--check", "nagios"], "xtenant status --help"],
  [["app", "credential", "add"], "xtenant app credential add --help"],
  [["customers", "lst"], "xtenant customers --help"],
  [["send", "--nonsense"], "xtenant send --help"],
  [["init", "--from", "local.settings.json"], "xtenant init --help"],
])("the command line %j is refused with its own help as the next step, for people and as data", async (line, hint) => {
  const ran = async (...options: readonly string[]) => {
    const terminal = fakeTerminal();
    const exitCode = await main([...options, ...line], terminal, ports);
    return { exitCode, said: terminal.stderr.text() };
  };
  const [people, data] = [await ran(), await ran("--json")];

  expect([people.exitCode, data.exitCode]).toEqual([2, 2]);
  expect(people.said).toContain(`next  ${hint}\n`);
  expect(JSON.parse(data.said)).toMatchObject({ error: { kind: "usage", hint, actor: "operator" } });
});
