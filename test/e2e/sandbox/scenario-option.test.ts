import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { jsonLines, openSandbox, xtenant } from "../xtenant.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "xtenant-scenario-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const file = async (name: string, content: string) => {
  await writeFile(join(folder, name), content);
  return join(folder, name);
};

test("`xtenant sandbox --scenario` starts with the scenario of the file", async () => {
  const refuse = [{ endpoint: "entra", path: "/token", code: "AADSTS50196" }];
  await using sandbox = await openSandbox("--scenario", await file("loop.json", JSON.stringify({ refuse })));
  const { exitCode, stderr } = await sandbox.x("--json", "whoami", "acme");

  expect(exitCode).not.toBe(0);
  expect(stderr).toMatch(/AADSTS50196/);
});

test.each([
  ["a scenario with an unknown word", "--scenario", '{ "chaos": true }', "ScenarioInvalid", /chaos/],
  ["a scenario that is no JSON", "--scenario", "chaos", "ScenarioInvalid", /JSON/],
  ["a data file that is no database", "--data", "something else altogether", "SandboxDataInvalid", /not a database/],
])("%s is refused", async (_what, option, content, code, message) => {
  const args = ["--json", "sandbox", "--dir", join(folder, "D"), option, await file("given", content)];
  const { exitCode, stderr } = await xtenant(args);

  expect(exitCode).toBe(2);
  expect(jsonLines(stderr).at(-1)?.error).toMatchObject({ code, message });
});

test("a missing scenario file is named", async () => {
  const { exitCode, stderr } = await xtenant(["sandbox", "--dir", join(folder, "D"), "--scenario", "nowhere.json"]);

  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/nowhere\.json/);
});
