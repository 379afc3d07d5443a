import { expect, test } from "vitest";
import { noTelemetry } from "../src/lib/telemetry/telemetry.ts";
import { main } from "../src/main.ts";
import { createMemoryCloud } from "./fakes/memory-cloud.ts";
import { fakeTerminal } from "./fakes/terminal.ts";

const ports = () => ({ azure: createMemoryCloud().cloud, telemetry: noTelemetry });

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
